"""Names of files and folders are whatever a disk holds; what is made of them is text."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare
from trainables.text import printable

HOSTILE = (
    *(rb"$\frac{$", b"=1+1", b"<script>", b"[red]x", b"[", b"_hidden", b"two\nlines", b"x" * 200),
    *(b"caf\xe9", "\N{CAT FACE}".encode(), b"nan", b"null", b"1e5", b"no", b" space ", "\u202ertl".encode()),
)


def write_images(root, names, *, num=4):
    rng = np.random.default_rng(0)
    for name in names:
        folder = root / os.fsdecode(name)
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(num):
            pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            file = b"%d\xff.png" % index if name == HOSTILE[0] else b"%d.png" % index
            Image.fromarray(pixels).save(folder / os.fsdecode(file))


def test_every_name_that_a_disk_can_hold_is_a_class(tmp_path, cache):
    write_images(tmp_path / "images", HOSTILE)
    data = prepare(DataSource(folder=str(tmp_path / "images")), cache=cache)
    assert len(data.classes) == len(HOSTILE)
    assert {r"caf\xe9", r"two\nlines", r"\u202ertl", "\N{CAT FACE}", " space "} < set(data.classes)
    ids = [id_ for split in ("train", "val", "test") for id_ in data.split(split).ids]
    assert len(ids) == 4 * len(HOSTILE)
    assert r"$\frac{$/0\xff.png" in ids
    "".join((*ids, *data.classes, *data.notes)).encode()  # all of it can be written


def test_a_class_is_chosen_by_its_printed_name(tmp_path, cache):
    write_images(tmp_path / "images", (b"caf\xe9", b"tea", b"milk"))
    data = prepare(DataSource(folder=str(tmp_path / "images"), classes=(r"caf\xe9", "tea")), cache=cache)
    assert data.classes == (r"caf\xe9", "tea")


@pytest.mark.parametrize(
    "names",
    [(b"caf\xe9", rb"caf\xe9"), ("é".encode(), "e\u0301".encode()), (b"a\n", rb"a\n")],
    ids=["bytes", "NFC and NFD", "newline"],
)
def test_classes_that_nobody_could_tell_apart_are_refused(tmp_path, cache, names):
    write_images(tmp_path / "images", names)
    with pytest.raises(DataError, match="look the same") as raised:
        prepare(DataSource(folder=str(tmp_path / "images")), cache=cache)
    str(raised.value).encode()


def test_a_problem_with_a_file_of_any_name_can_be_printed(tmp_path, cache):
    write_images(tmp_path / "images", (b"caf\xe9", b"tea"))
    (tmp_path / "images" / os.fsdecode(b"caf\xe9") / os.fsdecode(b"\x1b[31m\xff.png")).write_bytes(
        b"no image"
    )
    with pytest.raises(DataError) as raised:
        prepare(DataSource(folder=str(tmp_path / "images")), cache=cache)
    assert r"caf\xe9/\x1b[31m\xff.png" in str(raised.value)
    json.dumps(raised.value.problems, ensure_ascii=False).encode()


def test_a_folder_that_is_not_named_in_utf8_is_read(tmp_path, cache):
    folder = tmp_path / os.fsdecode(b"images\xe9")
    write_images(folder, (b"a", b"b"))
    assert prepare(DataSource(folder=str(folder)), cache=cache).classes == ("a", "b")


def test_a_table_of_groups_that_is_no_text_is_one_problem(tmp_path, cache):
    write_images(tmp_path / "images", (b"a", b"b"))
    (tmp_path / "images" / "groups.csv").write_bytes(b"file,patient\na/0.png,caf\xe9\n")
    with pytest.raises(DataError, match="no text in UTF-8"):
        prepare(DataSource(folder=str(tmp_path / "images"), group="groups.csv:patient"), cache=cache)


def test_what_can_be_printed_stays_and_the_rest_is_escaped():
    assert printable("schön 猫 \N{CAT FACE}") == "schön 猫 \N{CAT FACE}"
    assert printable("caf\udce9\ud800") == r"caf\xe9\ud800"
    assert printable("a\nb\x1b\x85\u2028\u202e") == r"a\nb\x1b\x85\u2028\u202e"
    assert printable("a\nb\x00", keep="\n") == "a\nb\\x00"

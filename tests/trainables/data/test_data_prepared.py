import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from trainables.data import DataError, DataSource, open_prepared, prepare

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDERS = {"cat": 10, "dog": 10}


def test_a_prepared_set_is_opened_by_its_key(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder(FOLDERS))), cache=cache)
    again = open_prepared(data.key, cache=cache)
    assert again == data
    assert pickle.loads(pickle.dumps(data)) == data


def test_an_unknown_key_is_refused(cache):
    with pytest.raises(DataError, match="prepare it on this machine"):
        open_prepared("0" * 32, cache=cache)
    with pytest.raises(DataError, match="32 hexadecimal digits"):
        open_prepared("../../etc", cache=cache)


def test_images_are_mapped_and_writing_to_them_leaves_the_file_alone(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder(FOLDERS))), cache=cache)
    images = data.split("train").images
    assert isinstance(images, np.memmap)
    before = images[0].copy()
    images[0] = ~before
    assert (data.split("train").images[0] == before).all()


def test_train_and_val_open_when_the_test_files_are_gone(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder(FOLDERS))), cache=cache)
    for path in data.path.glob("test*"):
        path.unlink()
    again = open_prepared(data.key, cache=cache)
    assert len(again.split("train").labels) == 12
    assert len(again.split("val").images) == 4
    with pytest.raises(DataError, match=r"test.npy is gone"):
        again.split("test")
    with pytest.raises(DataError, match="allowed: train, val, test"):
        again.split("valid")


def test_the_key_is_of_the_content_and_not_of_the_place(make_folder, cache, tmp_path):
    root = make_folder(FOLDERS)
    shutil.copytree(root, tmp_path / "elsewhere")
    first = prepare(DataSource(folder=str(root)), cache=cache)
    other = prepare(DataSource(folder=str(tmp_path / "elsewhere")), cache=tmp_path / "other cache")
    assert (other.key, other.split_hashes) == (first.key, first.split_hashes)
    shutil.copy(root / "cat/000.png", tmp_path / "elsewhere/dog/000.png")
    assert prepare(DataSource(folder=str(tmp_path / "elsewhere")), cache=cache).key != first.key


def test_notes_on_what_was_skipped_are_of_the_folder_as_it_is(make_folder, cache):
    root = make_folder(FOLDERS)
    (root / "cat" / ".first.png").write_bytes(b"hidden")
    first = prepare(DataSource(folder=str(root)), cache=cache)
    (root / "cat" / ".first.png").unlink()
    (root / "dog" / "film.mov").write_bytes(b"no image")
    again = prepare(DataSource(folder=str(root)), cache=cache)
    assert again.key == first.key
    assert [note for note in first.notes if "skipped" in note] == [
        "skipped 1 file that is hidden or left by a system: cat/.first.png"
    ]
    assert [note for note in again.notes if "skipped" in note] == [
        "skipped 1 file that is no image: dog/film.mov"
    ]


@pytest.mark.parametrize(
    "change", [{"image_size": 4}, {"channels": "grey"}, {"split_seed": 1}, {"train_per_class": 2}]
)
def test_every_setting_that_matters_changes_the_key(make_folder, cache, change):
    folder = str(make_folder(FOLDERS))
    first = prepare(DataSource(folder=folder), cache=cache)
    other = prepare(DataSource(folder=folder, **change), cache=cache)
    assert other.key != first.key
    assert other.split_hashes["train"] != first.split_hashes["train"]


def test_a_second_preparation_decodes_nothing(make_folder, cache, monkeypatch):
    folder = str(make_folder(FOLDERS))
    first = prepare(DataSource(folder=folder), cache=cache)
    monkeypatch.setattr("trainables.data.building.decode_all", None)
    assert prepare(DataSource(folder=folder), cache=cache) == first


def test_split_hashes_are_of_the_stored_images(make_folder, cache):
    root = make_folder(FOLDERS)
    first = prepare(DataSource(folder=str(root)), cache=cache)
    (root / "cat/text.txt").write_text("no image")
    assert prepare(DataSource(folder=str(root)), cache=cache).split_hashes == first.split_hashes
    assert len(set(first.split_hashes.values())) == 3


def test_split_hashes_are_of_the_labels_too(make_folder, cache):
    folder = str(make_folder(FOLDERS))
    first = prepare(DataSource(folder=folder, classes=("cat", "dog")), cache=cache)
    other = prepare(DataSource(folder=folder, classes=("dog", "cat")), cache=cache)
    assert (first.split("val").images == other.split("val").images).all()
    assert first.split_hashes["val"] != other.split_hashes["val"]


def test_the_split_is_the_same_in_a_fresh_process(make_folder, cache, tmp_path):
    folder = str(make_folder(FOLDERS))
    here = prepare(DataSource(folder=folder), cache=cache)
    code = (
        "import json, sys; from pathlib import Path; from trainables.data import DataSource, prepare\n"
        "data = prepare(DataSource(folder=sys.argv[1]), cache=Path(sys.argv[2]))\n"
        "print(json.dumps([data.key, data.split_hashes, data.split('test').ids, 'torch' in sys.modules]))"
    )
    arguments = [sys.executable, "-c", code, folder, str(tmp_path / "other")]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "7"}
    there = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    expected = [here.key, dict(here.split_hashes), list(here.split("test").ids), False]
    assert json.loads(there.stdout) == expected


@pytest.mark.parametrize(
    "file", ["train.npy", "val.labels.npy", "test.ids.json", "test.hashes.json", "meta.json"]
)
@pytest.mark.parametrize("kept", [0.0, 0.6])
def test_a_set_that_was_cut_off_is_prepared_anew(make_folder, cache, file, kept):
    root = make_folder(FOLDERS)
    whole = prepare(DataSource(folder=str(root)), cache=cache)
    content = (whole.path / file).read_bytes()
    (whole.path / file).write_bytes(content[: int(len(content) * kept)])
    again = prepare(DataSource(folder=str(root)), cache=cache)
    assert again.split_hashes == whole.split_hashes
    if file != "meta.json":  # it holds how long it took
        assert (whole.path / file).read_bytes() == content

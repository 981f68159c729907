"""Folders in zip and tar files: the same data set as the folder on the disk, and what no archive is taken for."""

import io
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from trainables.data import DataError, DataSource, prepare
from trainables.data.readers.trees.at import tree_at
from trainables.data.sources.errors import Problems

FOLDERS = {f"{split}/{name}": 2 for split in ("train", "val", "test") for name in ("cat", "dog")}
KINDS = ("zip", "tar", "gztar", "bztar", "xztar")


def problem_of(folder: Path | str, cache: Path) -> str:
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(folder)), cache=cache)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_the_data_set_that_its_folder_is(make_folder, cache, tmp_path, kind):
    root = make_folder(FOLDERS)
    archive = shutil.make_archive(str(tmp_path / "packed"), kind, root)
    assert (
        prepare(DataSource(folder=archive), cache=cache).key
        == prepare(DataSource(folder=str(root)), cache=cache).key
    )
    data = prepare(DataSource(folder=archive), cache=tmp_path / "another")
    assert data.split("val").ids == (
        "val/cat/000.png",
        "val/cat/001.png",
        "val/dog/000.png",
        "val/dog/001.png",
    )
    assert {path.name for path in (tmp_path / "another").iterdir()} == {"data", "locks"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_in_an_archive_and_one_around_everything(make_folder, cache, tmp_path, kind):
    root = make_folder(FOLDERS, name="inside/set")
    archive = shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path, "inside")
    unpacked = prepare(DataSource(folder=str(root)), cache=cache)
    whole = prepare(DataSource(folder=archive), cache=cache)
    assert whole.key == unpacked.key
    assert "everything in the archive lies in inside/set" in whole.notes
    named = prepare(DataSource(folder=f"{archive}/inside/set"), cache=cache)
    assert (named.key, named.notes) == (unpacked.key, unpacked.notes)
    assert problem_of(f"{archive}/nope", cache) == f"folder: there is no folder nope in {archive}"


def test_a_list_finds_its_images_in_an_archive(make_folder, cache, tmp_path):
    root = make_folder({"a": 6, "b": 6})
    rows = ["path,label", *(f"{name}/{i:03d}.png,{name}" for name in "ab" for i in range(6))]
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", root)
    listed = prepare(DataSource(csv=str(tmp_path / "labels.csv"), root=archive), cache=cache)
    assert listed.key == prepare(DataSource(folder=str(root)), cache=cache).key


def test_what_macos_zips_beside_the_images_is_skipped_and_its_names_are_utf_8(make_folder, cache, tmp_path):
    root = make_folder({"cat": 5, "dog": 5})
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for path in sorted(root.rglob("*.png")):
            name = path.relative_to(root).as_posix().replace("cat", "chât")
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
            archive.writestr(f"__MACOSX/{path.parent.name}/._{path.name}", b"x")
    content = (tmp_path / "packed.zip").read_bytes()
    # The flag of UTF-8 taken away, in each file's header and in the directory.
    content = re.sub(rb"(PK\x03\x04..)\0\x08", rb"\g<1>\0\0", content, flags=re.DOTALL)
    content = re.sub(rb"(PK\x01\x02....)\0\x08", rb"\g<1>\0\0", content, flags=re.DOTALL)
    (tmp_path / "packed.zip").write_bytes(content)
    data = prepare(DataSource(folder=str(tmp_path / "packed.zip")), cache=cache)
    assert data.classes == ("chât", "dog")
    assert any(note.startswith("skipped 10 files that are hidden or left by a system") for note in data.notes)


def test_members_that_lead_out_of_an_archive_are_refused(cache, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("cat/a.png", b"x")
        archive.writestr("../../out.png", b"x")
    with tarfile.open(tmp_path / "bad.tar", "w") as packed:
        packed.addfile(tarfile.TarInfo("/etc/passwd"))
    for name, outside in (("bad.zip", "../../out.png"), ("bad.tar", "/etc/passwd")):
        said = f"archive: {tmp_path}/{name} has members that lead out of it ({outside})"
        assert problem_of(tmp_path / name, cache).startswith(said)
    assert not list(tmp_path.parent.glob("out.png"))


def test_links_in_a_tar_file_are_the_images_that_they_lead_to(make_folder, cache, tmp_path):
    root = make_folder({"cat": 5, "dog": 5, "originals": 5})
    for index in range(2):
        original = root / f"originals/{index:03d}.png"
        (root / f"cat/soft{index}.png").symlink_to(f"../originals/{index:03d}.png")
        (root / f"dog/hard{index}.png").hardlink_to(original)
    (root / "cat/twice.png").symlink_to("soft0.png")
    with tarfile.open(tmp_path / "links.tar", "w") as packed:
        packed.add(root, ".")
        packed.addfile(member("cat/device.png", tarfile.CHRTYPE, ""))
    data = prepare(DataSource(folder=str(tmp_path / "links.tar")), cache=cache)
    assert sum(counts[0] for counts in data.counts.values()) == 8
    assert data.key == prepare(DataSource(folder=str(root)), cache=cache).key


@pytest.mark.parametrize(
    ("name", "target", "said"),
    [
        ("dog/a.png", "/etc/passwd", "cannot be decoded: dog/a.png: is a link to what is not in the archive"),
        ("dog/a.png", "a.png", "cannot be decoded: dog/a.png: is a link to what is not in the archive"),
        ("mouse", "dog", "archive: {} has links to folders in it (mouse); unpack it, and give the folder"),
    ],
)
def test_links_in_a_tar_file_that_no_image_is_read_by_are_named(
    make_folder, cache, tmp_path, name, target, said
):
    root = make_folder({"cat": 5, "dog": 5})
    archive = tmp_path / "links.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(root, ".")
        packed.addfile(member(name, tarfile.SYMTYPE, target))
    assert problem_of(archive, cache) == said.format(archive)


def member(name, kind, target):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Rar!\x1a\7\0", "is a RAR archive; unpack it, or make it a zip or tar file"),
        (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it, or make it a zip or tar file"),
        (b"path,label\n", "is no folder, and no zip or tar file"),
        (b"PK\3\4" + b"x" * 50, "is no zip file that can be read"),
        (b"\x1f\x8b" + b"x" * 50, "is no tar file that can be read"),
    ],
)
def test_other_files_are_no_archives(cache, tmp_path, content, said):
    (tmp_path / "file").write_bytes(content)
    assert said in problem_of(tmp_path / "file", cache)


def test_a_damaged_member_is_named_and_a_password_refused(make_folder, cache, tmp_path):
    root = make_folder({"cat": 5, "dog": 5})
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root))
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as packed:
        start = packed.getinfo("cat/000.png").header_offset + 60
    content[start : start + 20] = b"x" * 20
    archive.write_bytes(content)
    assert problem_of(archive, cache).startswith("cannot be decoded: cat/000.png: ")
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        flags = packed.getinfo("cat/001.png").header_offset + 6
    content[flags] |= 1
    directory = content.index(b"PK\1\2")
    content[directory + 8] |= 1
    archive.write_bytes(content)
    assert (
        problem_of(archive, cache) == f"archive: {archive} needs a password; unpack it, and give the folder"
    )


def test_a_tree_says_what_is_in_it(make_folder, cache, tmp_path):
    root = make_folder({"cat": 1, "dog": 0})
    archive = shutil.make_archive(str(tmp_path / "packed"), "tar", root)
    for place in (str(root), archive):
        tree = tree_at(place, cache=cache, key="folder")
        assert tree.listed(Problems()) == (["cat/000.png"], ["cat", "dog"])
        assert tree.is_file("cat/000.png")
        assert not tree.is_file("cat")
        assert tree.head("cat/000.png").startswith(b"\x89PNG")
        assert tree.head("cat/nope") == b""
        assert tree.content("cat/nope") == ""
        with tree.open("cat/000.png") as image:
            assert image.size == (8, 8)


def test_a_tar_file_that_is_cut_off_between_two_members_is_refused(make_folder, cache, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "tar", make_folder({"cat": 5, "dog": 6})))
    with tarfile.open(archive) as packed:
        start = packed.getmembers()[-1].offset
    archive.write_bytes(archive.read_bytes()[:start])
    said = f"archive: {archive} is no tar file that can be read (the archive is cut off)"
    assert problem_of(archive, cache) == said

"""Files that a model is asked about: what folders, patterns and lists mean, and what is refused."""

from pathlib import Path

import pytest
from PIL import Image

from study.errors import StudyError
from study.models.asked_files import asked_files


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Images a.png, sub/b.jpg, sub/c (a PNG without an ending), hidden and other files beside them."""
    for name in ("a.png", "sub/b.jpg", "sub/c", "sub/.hidden.png", ".thumbnails/d.png"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        Image.new("L", (2, 2)).save(file, "PNG")
    (tmp_path / "notes.md").write_text("no image")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*asked: str) -> list[str]:
    return [file.as_posix() for file in asked_files(asked)]


def test_a_name_that_no_file_can_have_names_nothing(images: Path) -> None:
    with pytest.raises(StudyError, match="File name too long"):
        asked_files(["x" * 300])
    with pytest.raises(StudyError, match="no such file or folder"):
        asked_files(["x\0y"])
    (images / "list.txt").write_text("x" * 300)
    with pytest.raises(StudyError, match="1 file of its 1 line is not there"):
        asked_files(["list.txt"])


def test_a_folder_gives_its_images_at_any_depth_without_hidden_ones(images: Path) -> None:
    assert names(".") == ["a.png", "sub/b.jpg", "sub/c"]
    assert names(str(images / "sub")) == [str(images / "sub" / each) for each in ("b.jpg", "c")]


def test_files_are_asked_about_as_they_are_named_each_once(images: Path) -> None:
    assert names("sub/c", "a.png", "notes.md", "sub", "*.png") == ["sub/c", "a.png", "notes.md", "sub/b.jpg"]


def test_patterns_are_expanded_below_folders_and_a_file_that_looks_like_one_is_itself(images: Path) -> None:
    assert names("**/*.jpg") == ["sub/b.jpg"]
    assert names(f"{images}/*.png") == [f"{images}/a.png"]
    Image.new("L", (2, 2)).save(images / "x[1].png")
    assert names("x[1].png") == ["x[1].png"]


def test_paths_in_a_list_start_from_its_folder(images: Path) -> None:
    (images / "sub" / "list.txt").write_text("b.jpg\n\n../a.png\n")
    assert names("sub/list.txt") == ["sub/b.jpg", "sub/../a.png"]
    (images / "list.txt").write_text("a.png\ngone.png\nlost.png\n")
    with pytest.raises(StudyError, match=r"list.txt: 2 files of its 3 lines are not there, such as gone.png"):
        names("list.txt")


def test_everything_that_names_nothing_is_said_at_once(images: Path) -> None:
    with pytest.raises(StudyError) as error:
        names("a.png", "nothing", "*.gif")
    assert str(error.value).splitlines() == [
        "nothing: there is no such file or folder",
        "*.gif: no file matches it",
    ]
    (images / "empty").mkdir()
    with pytest.raises(StudyError, match="there is no image in empty"):
        names("empty")

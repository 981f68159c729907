"""Layouts of folders: splits above the classes or in them, words for splits, and folders that are no classes."""

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare

SPLITS = ("train", "val", "test")


def problems_of(root, cache, **settings):
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), **settings), cache=cache)
    return caught.value.problems


@pytest.mark.parametrize(
    "words",
    [("Training", "VALIDATION", "testing"), ("train", "dev", "eval"), ("TRAIN", "valid", "evaluation")],
)
def test_splits_have_several_words_in_any_letters(make_folder, cache, words):
    root = make_folder({f"{word}/{name}": 2 for word in words for name in ("cat", "dog")})
    assert prepare(DataSource(folder=str(root)), cache=cache).counts == dict.fromkeys(SPLITS, (2, 2))


def test_splits_may_lie_in_the_classes(make_folder, cache):
    root = make_folder({f"{name}/{split}": 2 for split in SPLITS for name in ("cat", "dog")})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert data.split("val").ids == (
        "cat/val/000.png",
        "cat/val/001.png",
        "dog/val/000.png",
        "dog/val/001.png",
    )
    assert data.counts == dict.fromkeys(SPLITS, (2, 2))
    assert "splits lie in the classes' folders: test, train, val" in data.notes


def test_splits_in_some_classes_alone_are_refused(make_folder, cache):
    root = make_folder({"cat/train": 2, "cat/val": 2, "dog/train": 2, "dog/val": 2, "eel": 4})
    assert problems_of(root, cache) == (
        "splits: cat, dog have folders of splits in them, and eel have not; allowed: all of them, or none",
    )


def test_a_folder_in_a_class_that_is_called_like_a_split_is_none_alone(make_folder, cache):
    root = make_folder({"rail/train": 5, "rail/tram": 5, "road": 10})
    assert prepare(DataSource(folder=str(root)), cache=cache).counts["train"] == (6, 6)
    root = make_folder({"rail/train": 10, "road": 10}, name="again")
    assert prepare(DataSource(folder=str(root)), cache=cache).counts["train"] == (6, 6)


def test_two_words_for_one_split_in_a_class_are_refused(make_folder, cache):
    root = make_folder(
        {f"{name}/{split}": 2 for split in ("train", "val", "valid") for name in ("cat", "dog")}
    )
    assert problems_of(root, cache)[0] == "splits: cat/val and cat/valid are both the val split"


def test_a_split_beside_the_classes_that_it_holds_is_refused(make_folder, cache):
    root = make_folder({"cat": 3, "dog": 3, "test/cat": 2, "test/dog": 2})
    assert problems_of(root, cache) == (
        "splits: test has folders of classes in it that lie beside it, too (cat, dog); put the others into a folder "
        "train",
    )


def test_test_images_without_classes_are_skipped_and_a_test_split_is_cut(make_folder, cache):
    root = make_folder({"train/cat": 10, "train/dog": 10, "test": 4})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.counts == {"train": (6, 6), "val": (2, 2), "test": (2, 2)}
    assert "skipped test: its 4 images have no classes" in data.notes


def test_a_split_that_lacks_a_class_is_cut_anew_on_request(make_folder, cache):
    root = make_folder({"train/cat": 8, "train/dog": 8, "val/cat": 2, "test/cat": 3, "test/dog": 3})
    assert problems_of(root, cache) == (
        "class without images to validate with (recut: val cuts a validation split anew out of train and val): "
        "'dog' in val",
    )
    data = prepare(DataSource(folder=str(root), recut="val"), cache=cache)
    assert data.counts == {"train": (8, 6), "val": (2, 2), "test": (3, 3)}
    assert "recut: val: splits are cut out of what was given as train and val together" in data.notes
    every = prepare(DataSource(folder=str(root), recut="all"), cache=cache)
    assert every.counts == {"train": (7, 7), "val": (3, 2), "test": (3, 2)}


@pytest.mark.parametrize(
    "name", ["__pycache__", ".ipynb_checkpoints", "@eaDir", "__MACOSX", "mlruns", "wandb", ".thumbnails"]
)
def test_what_programs_leave_beside_the_classes_is_no_class(make_folder, cache, name):
    root = make_folder({"cat": 5, "dog": 5, name: 3})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert any(note.startswith("skipped 3 files that are hidden or left by a system") for note in data.notes)


def test_folders_of_doubtful_names_are_refused_unless_the_classes_are_named(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5, "Results": 4, "thumbs": 1})
    kind = "folders that may be no classes (move them out, or name the classes with classes)"
    assert [text for text in problems_of(root, cache) if text.startswith("folders")] == [
        f"{kind}: 'Results' with 4 images",
        f"{kind}: 'thumbs' with 1 image",
    ]
    assert prepare(DataSource(folder=str(root), classes=("cat", "dog")), cache=cache).classes == (
        "cat",
        "dog",
    )
    taken = prepare(DataSource(folder=str(root), classes=("Results", "dog")), cache=cache)
    assert taken.classes == ("Results", "dog")


def test_a_doubtful_folder_without_images_is_skipped(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5, "logs": 0})
    (root / "logs" / "out.txt").write_text("done")
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert "skipped folders without images that are hardly classes: logs" in data.notes


def test_results_of_lrstudy_beside_the_classes_are_no_class(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5, "results/mine/figures": 3})
    for name in ("study.yaml", "run.json"):
        (root / "results" / "mine" / name).write_text("")
    (root / "results" / "mlflow.db").write_bytes(b"")
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert "skipped 6 files of lrstudy's own results" in data.notes


def test_thumbnails_of_images_that_are_there_are_no_images_of_their_own(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5, "cat/Thumbs": 5, "thumbnails/dog": 5})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert sum(map(sum, data.counts.values())) == 10
    assert any(note.startswith("skipped 10 thumbnails of images that are there, too") for note in data.notes)
    Image.fromarray(np.full((8, 8), 9, dtype=np.uint8)).save(root / "cat" / "Thumbs" / "another.png")
    assert sum(map(sum, prepare(DataSource(folder=str(root)), cache=cache).counts.values())) == 11

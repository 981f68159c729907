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


@pytest.mark.parametrize(("train", "test"), [("seg_train", "seg_test"), ("training_set", "test_set")])
def test_words_for_splits_may_have_something_in_common_beside_them(make_folder, cache, train, test):
    root = make_folder({f"{folder}/{name}": 5 for folder in (train, test) for name in ("cat", "dog")})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.counts == {"train": (4, 4), "val": (1, 1), "test": (5, 5)}


def test_a_word_for_a_split_beside_other_names_is_no_split(make_folder, cache):
    root = make_folder({"bullet_train": 5, "freight_train": 5, "crash_test": 5})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.classes == ("bullet_train", "crash_test", "freight_train")


def test_a_folder_of_a_split_around_its_classes_is_refused(make_folder, cache):
    root = make_folder({f"{word}/{word}/{name}": 2 for word in ("train", "test") for name in ("cat", "dog")})
    assert problems_of(root, cache) == tuple(
        f"splits: {word} holds nothing but {word}, which is no class; move what is in it one folder up"
        for word in ("test", "train")
    )


def test_a_split_alone_beside_classes_is_hardly_one(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5, "test": 3})
    kind = "folders that may be no classes (move them out, or name the classes with classes)"
    assert f"{kind}: 'test' with 3 images" in problems_of(root, cache)


def test_what_may_be_meant_in_place_of_the_folder_is_said(make_folder, cache):
    root = make_folder({f"images/{split}/{name}": 2 for split in SPLITS for name in ("cat", "dog")})
    assert problems_of(root, cache)[-1].endswith(
        f"if its subfolders (test, train, val) are the classes, or splits, the folder to give is {root}/images"
    )
    listed = make_folder({"images": 4}, name="listed")
    (listed / "labels.csv").write_text("path,label\n")
    assert any(
        text.endswith(f"if labels.csv lists the images with their labels, it is csv: {listed}/labels.csv")
        for text in problems_of(listed, cache)
    )
    packed = make_folder({".": 0}, name="packed")
    (packed / "all.zip").write_bytes(b"PK")
    assert problems_of(packed, cache)[0].endswith(f"(all.zip); it may be folder: {packed}/all.zip")


def test_classes_that_hold_the_same_folders_are_pointed_out(make_folder, cache):
    root = make_folder({f"{fold}/{name}": 5 for fold in ("fold0", "fold1") for name in ("cat", "dog")})
    notes = prepare(DataSource(folder=str(root)), cache=cache).notes
    assert "the classes are fold0, fold1; each holds the same folders (cat, dog)" in notes


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

import pytest

from trainables.data import DataError, DataSource, prepare

FULL = {f"{split}/{name}": 2 for split in ("train", "val", "test") for name in ("cat", "dog")}


def test_given_splits_are_kept(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder(FULL))), cache=cache)
    assert data.classes == ("cat", "dog")
    assert data.split("val").ids == (
        "val/cat/000.png",
        "val/cat/001.png",
        "val/dog/000.png",
        "val/dog/001.png",
    )
    assert data.split("val").labels.tolist() == [0, 0, 1, 1]
    assert data.counts == {"train": (2, 2), "val": (2, 2), "test": (2, 2)}


def test_without_a_test_folder_the_test_split_is_cut_from_train_and_that_is_noted(make_folder, cache):
    root = make_folder({"train/cat": 10, "train/dog": 20, "val/cat": 2, "val/dog": 2})
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.counts == {"train": (8, 16), "val": (2, 2), "test": (2, 4)}
    assert all(name.startswith("train/") for name in data.split("test").ids)
    assert "test split cut from train: 20 %, stratified, seed 0" in data.notes


def test_without_a_val_folder_val_is_cut_from_train(make_folder, cache):
    root = make_folder({"train/cat": 10, "train/dog": 10, "test/cat": 2, "test/dog": 2})
    data = prepare(DataSource(folder=str(root), val_fraction=0.3), cache=cache)
    assert data.counts == {"train": (7, 7), "val": (3, 3), "test": (2, 2)}


def test_one_folder_is_split_stratified(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"cat": 10, "dog": 20}))), cache=cache)
    assert data.counts == {"train": (6, 12), "val": (2, 4), "test": (2, 4)}
    everything = [name for split in ("train", "val", "test") for name in data.split(split).ids]
    assert len(set(everything)) == 30


def test_a_class_called_train_is_no_split(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"train": 5, "car": 5}))), cache=cache)
    assert data.classes == ("car", "train")


def test_classes_are_kept_in_the_order_given(make_folder, cache):
    root = make_folder({"1": 5, "2": 5, "3": 5})
    data = prepare(DataSource(folder=str(root), classes=(3, "1")), cache=cache)
    assert data.classes == ("3", "1")
    assert {name[0] for name in data.split("train").ids} == {"1", "3"}
    first = data.split("train").ids.index(next(name for name in data.split("train").ids if name[0] == "3"))
    assert data.split("train").labels[first] == 0


def test_everything_wrong_with_a_folder_is_named_in_one_message(make_folder, cache):
    root = make_folder({**FULL, "train/bird": 2, "test/fish": 1})
    (root / "train" / "eel").mkdir()
    whole = (root / "train" / "cat" / "000.png").read_bytes()
    (root / "train" / "cat" / "empty.png").write_bytes(b"")
    (root / "train" / "cat" / "text.jpg").write_text("not an image")
    (root / "val" / "dog" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (root / "train" / "cat" / "gone.png").symlink_to(root / "nowhere.png")
    (root / "test" / "dog" / "copy.png").write_bytes(whole)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root)), cache=cache)
    problems = caught.value.problems
    assert "cannot be decoded: train/cat/empty.png: the file is empty" in problems
    assert "cannot be decoded: train/cat/text.jpg: no image that Pillow knows" in problems
    assert any(text.startswith("cannot be decoded: val/dog/cut.png: ") for text in problems)
    assert any("train/cat/gone.png: " in text and "No such file" in text for text in problems)
    assert any("train/cat/000.png (train) = test/dog/copy.png (test)" in text for text in problems)
    missing = sorted(text.rsplit(": ", 1)[1] for text in problems if text.startswith("class without images"))
    assert missing == [
        "'bird' in test",
        "'bird' in val",
        "'eel' in test",
        "'eel' in train",
        "'eel' in val",
        "'fish' in train",
        "'fish' in val",
    ]
    assert len(problems) == 4 + 1 + 7
    assert not list((cache / "data").iterdir())


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        ({"cat": 3}, "one class only: 'cat'; allowed: two or more"),
        ({"all/cat": 3, "all/dog": 3}, "if its subfolders (cat, dog) are the classes, or splits"),
        ({"cat": 3, "dog": 0}, "class without images: 'dog'"),
        ({".": 3}, "lie in {root} outside of any class's folder (000.png, 001.png, 002.png)"),
        ({".": 0}, "{root} is empty"),
        ({"val/cat": 2, "test/cat": 2}, "there is test and val but no train"),
        (
            {"train/cat": 2, "train/dog": 2, "val/cat": 2, "valid/cat": 2},
            "val and valid are both the val split",
        ),
        ({"cat": 2, "dog": 5}, "class too small to cut: 'cat' has no image left for"),
    ],
)
def test_a_mistaken_layout_is_explained(make_folder, cache, folders, said):
    root = make_folder(folders)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root)), cache=cache)
    assert len(caught.value.problems) == 1
    assert said.format(root=root) in caught.value.problems[0]


def test_a_folder_that_does_not_exist_and_unknown_classes_are_named(make_folder, cache, tmp_path):
    with pytest.raises(DataError, match="nowhere does not exist"):
        prepare(DataSource(folder=str(tmp_path / "nowhere")), cache=cache)
    root = make_folder({"cat": 5, "dog": 5})
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), classes=("cat", "dog", "eel", "fox")), cache=cache)
    assert caught.value.problems == (
        "unknown class: 'eel'; there are cat, dog",
        "unknown class: 'fox'; there are cat, dog",
    )


def test_train_per_class_keeps_that_many_and_larger_draws_contain_smaller_ones(make_folder, cache):
    folder = str(make_folder({"cat": 20, "dog": 20}))
    few = prepare(DataSource(folder=folder, train_per_class=3), cache=cache)
    more = prepare(DataSource(folder=folder, train_per_class=7), cache=cache)
    every = prepare(DataSource(folder=folder), cache=cache)
    assert few.counts == {"train": (3, 3), "val": (4, 4), "test": (4, 4)}
    assert set(few.split("train").ids) < set(more.split("train").ids) < set(every.split("train").ids)
    assert few.split("test").ids == every.split("test").ids


def test_more_training_images_than_there_are_are_refused_for_every_class(make_folder, cache):
    folder = str(make_folder({"ant": 40, "cat": 10, "dog": 5}))
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=folder, train_per_class=8), cache=cache)
    assert caught.value.problems == (
        "train_per_class too large: 8, but 'cat' has 6 training images",
        "train_per_class too large: 8, but 'dog' has 3 training images",
    )


def test_a_folder_that_links_lead_to_is_read_at_each_of_its_places_and_in_no_circle(make_folder, cache):
    root = make_folder({f"all/{name}_{split}": 2 for name in ("cat", "dog") for split in ("train", "test")})
    for split in ("train", "test"):
        (root / split).mkdir()
        for name in ("cat", "dog"):
            (root / split / name).symlink_to(f"../all/{name}_{split}")
    (root / "all/cat_train/around").symlink_to("../../train")
    data = prepare(DataSource(folder=str(root), recut="all"), cache=cache)
    assert data.classes == ("cat", "dog")
    assert sum(map(sum, data.counts.values())) == 8

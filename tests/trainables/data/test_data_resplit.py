from pathlib import Path

import numpy as np
import pytest

from trainables.data import DataError, DataSource, open_prepared, prepare
from trainables.data.resplit import resplit


def _ids(data, name):
    return set(data.split(name).ids)


def test_training_and_test_images_are_drawn_anew_and_validation_images_stay(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"cat": 20, "dog": 40}))), cache=cache)
    again = [resplit(data, seed=seed, cache=cache) for seed in (1, 2)]
    both = _ids(data, "train") | _ids(data, "test")
    for one in again:
        assert one.counts == data.counts == {"train": (12, 24), "val": (4, 8), "test": (4, 8)}
        assert one.split("val").ids == data.split("val").ids
        assert one.split_hashes["val"] == data.split_hashes["val"]
        assert _ids(one, "train") | _ids(one, "test") == both
        assert not _ids(one, "train") & _ids(one, "test")
        assert _ids(one, "test") != _ids(data, "test")
    assert _ids(again[0], "test") != _ids(again[1], "test")


def test_every_image_keeps_its_pixels_and_its_label(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"cat": 10, "dog": 10}))), cache=cache)
    again = resplit(data, seed=3, cache=cache)
    pixels, labels = {}, {}
    for name in ("train", "test"):
        split = data.split(name)
        pixels |= dict(zip(split.ids, split.images, strict=True))
        labels |= dict(zip(split.ids, split.labels, strict=True))
    for name in ("train", "test"):
        split = again.split(name)
        for image, stored, label in zip(split.ids, split.images, split.labels, strict=True):
            assert np.array_equal(stored, pixels[image])
            assert label == labels[image]
    train = again.split("train").images / 255
    assert again.mean == pytest.approx(tuple(train.mean(axis=(0, 1, 2))))


def test_a_second_call_builds_nothing(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"cat": 10, "dog": 10}))), cache=cache)
    again = resplit(data, seed=3, cache=cache)
    written = (again.path / "train.npy").stat().st_mtime_ns
    assert resplit(data, seed=3, cache=cache).key == again.key
    assert (again.path / "train.npy").stat().st_mtime_ns == written
    assert open_prepared(again.key, cache=cache).split_hashes == again.split_hashes


def _with_patients(root: Path, *, sizes: list[int]) -> Path:
    for folder in sorted({path.parent for path in root.rglob("*.png")}):
        patients = [patient for patient, size in enumerate(sizes) for _ in range(size)]
        for index, (path, patient) in enumerate(zip(sorted(folder.glob("*.png")), patients, strict=True)):
            path.rename(folder / f"{folder.name}{patient:02d}_{index}.png")
    return root


def test_groups_stay_together_and_the_largest_one_is_tested_too(make_folder, cache):
    sizes = [6, 4, 4, 4, 4, 4, 4]
    root = _with_patients(make_folder({"cat": 30, "dog": 30}), sizes=sizes)
    data = prepare(DataSource(folder=str(root), group=r"(\w+\d\d)_"), cache=cache)
    assert "val split cut from all images: 20 %, stratified, groups kept whole, seed 0" in data.notes
    largest = {"cat00", "dog00"} - set(data.split("val").groups)
    tested = set()
    for seed in range(8):
        again = resplit(data, seed=seed, cache=cache)
        groups = {name: set(again.split(name).groups) for name in ("train", "val", "test")}
        assert not groups["train"] & groups["test"]
        assert not groups["val"] & (groups["train"] | groups["test"])
        tested |= groups["test"]
    assert largest & tested


def test_a_class_in_two_groups_is_in_both_splits(make_folder, cache):
    root = make_folder({"cat": 9, "dog": 30})
    for index, path in enumerate(sorted((root / "cat").glob("*.png"))):
        path.rename(root / "cat" / f"cat{index // 3}_{index}.png")
    for index, path in enumerate(sorted((root / "dog").glob("*.png"))):
        path.rename(root / "dog" / f"dog{index}_{index}.png")
    data = prepare(DataSource(folder=str(root), group=r"([a-z]+\d+)_"), cache=cache)
    # three groups of cats: one each for training, validation and test; two of them are left to draw from
    assert resplit(data, seed=0, cache=cache).counts["test"][0] == 3


def test_a_data_set_without_enough_groups_names_the_class(make_folder, cache):
    data = prepare(DataSource(folder=str(make_folder({"cat": 9, "dog": 30}))), cache=cache)
    for name in ("train", "test"):
        ids = data.split(name).ids
        text = "[" + ", ".join('"all cats"' if i.startswith("cat") else f'"{i}"' for i in ids) + "]"
        (data.path / f"{name}.groups.json").write_text(text)
    with pytest.raises(DataError, match=r"'cat' would have no image for"):
        resplit(data, seed=0, cache=cache)

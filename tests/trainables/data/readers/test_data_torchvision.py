import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare

rng = np.random.default_rng(1)


def _write_idx(path: Path, values: np.ndarray) -> None:
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(header + values.tobytes())


def _write_mnist(root: Path, *, name: str = "MNIST", prefix: str = "", labels: np.ndarray) -> np.ndarray:
    """Write a set in MNIST's format: 60 training images and 20 test images of 28 px."""
    raw = root / name / "raw"
    raw.mkdir(parents=True)
    images = {}
    for split, num in (("train", 60), ("test" if prefix else "t10k", 20)):
        images[split] = rng.integers(0, 256, (num, 28, 28), dtype=np.uint8)
        stem = f"{prefix}{split}"
        _write_idx(raw / f"{stem}-images-idx3-ubyte", images[split])
        _write_idx(raw / f"{stem}-labels-idx1-ubyte", np.resize(labels, num).astype(np.uint8))
    return images["train"]


def _write_textures(root: Path) -> None:
    """Write a set in the format of DTD, whose constructor has `split` and `loader`."""
    for split, num in (("train", 6), ("val", 2), ("test", 3)):
        names = [f"{kind}/{kind}_{split}{index}.jpg" for kind in ("banded", "dotted") for index in range(num)]
        labels = root / "dtd" / "dtd" / "labels"
        labels.mkdir(parents=True, exist_ok=True)
        (labels / f"{split}1.txt").write_text("\n".join(names))
        for name in names:
            path = root / "dtd" / "dtd" / "images" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)).save(path)


def _offline(monkeypatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr("urllib.request.urlopen", refused)


def test_a_set_with_a_train_argument_keeps_its_test_split_and_val_is_cut(tmp_path, cache):
    images = _write_mnist(tmp_path, labels=np.arange(2))
    source = DataSource(torchvision="MNIST", root=str(tmp_path), classes=(1, "0 - zero"))
    data = prepare(source, cache=cache)
    assert data.classes == ("1 - one", "0 - zero")
    assert data.counts == {"train": (24, 24), "val": (6, 6), "test": (10, 10)}
    assert (data.image_size, data.channels) == (28, 1)
    train = data.split("train")
    number = int(train.ids[0].removeprefix("train/"))
    assert (train.images[0, ..., 0] == images[number]).all()
    assert train.labels[0] == (0 if number % 2 else 1)
    assert all(name.startswith("test/") for name in data.split("test").ids)


def test_a_set_with_a_split_argument_keeps_all_its_splits(tmp_path, cache):
    _write_textures(tmp_path)
    data = prepare(DataSource(torchvision="DTD", root=str(tmp_path), image_size=16), cache=cache)
    assert data.classes == ("banded", "dotted")
    assert data.counts == {"train": (6, 6), "val": (2, 2), "test": (3, 3)}


def test_a_broken_file_of_a_set_is_named(tmp_path, cache):
    _write_textures(tmp_path)
    (tmp_path / "dtd" / "dtd" / "images" / "banded" / "banded_val1.jpg").write_bytes(b"")
    with pytest.raises(DataError, match="val/1: the file is empty"):
        prepare(DataSource(torchvision="DTD", root=str(tmp_path), image_size=16), cache=cache)


def test_a_set_without_splits_is_cut_like_one_folder(tmp_path, cache):
    for kind in ("Forest", "River"):
        folder = tmp_path / "eurosat" / "2750" / kind
        folder.mkdir(parents=True)
        for index in range(10):
            pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{index}.png")
    data = prepare(DataSource(torchvision="EuroSAT", root=str(tmp_path)), cache=cache)
    assert data.classes == ("Forest", "River")
    assert data.counts == {"train": (6, 6), "val": (2, 2), "test": (2, 2)}


def test_a_set_that_needs_an_argument_takes_it_after_a_colon(tmp_path, cache):
    _write_mnist(tmp_path, name="EMNIST", prefix="emnist-letters-", labels=np.array([1, 2]))
    data = prepare(DataSource(torchvision="EMNIST:letters", root=str(tmp_path)), cache=cache)
    assert data.classes == ("a", "b")
    assert data.counts == {"train": (24, 24), "val": (6, 6), "test": (10, 10)}
    with pytest.raises(DataError, match=r"EMNIST needs split, such as EMNIST:byclass"):
        prepare(DataSource(torchvision="EMNIST", root=str(tmp_path)), cache=cache)


def test_a_set_that_is_nowhere_is_explained_in_one_sentence(tmp_path, cache, monkeypatch):
    _offline(monkeypatch)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(torchvision="SVHN", root=str(tmp_path / "sets")), cache=cache)
    (problem,) = caught.value.problems
    assert "SVHN is neither complete on disk nor downloadable (no network here)" in problem
    assert "run torchvision.datasets.SVHN(root, ..., download=True) where there is a network" in problem
    assert f"put that root at {tmp_path / 'sets'}" in problem


def test_unknown_sets_and_sets_of_other_tasks_are_refused(tmp_path, cache):
    with pytest.raises(DataError, match=r"no set 'CIFAR' in torchvision\.datasets; close to it: CIFAR10"):
        prepare(DataSource(torchvision="CIFAR"), cache=cache)
    with pytest.raises(DataError, match="CocoDetection is no classification set"):
        prepare(DataSource(torchvision="CocoDetection", root=str(tmp_path)), cache=cache)
    with pytest.raises(DataError, match="MovingMNIST is no classification set: it has videos"):
        prepare(DataSource(torchvision="MovingMNIST", root=str(tmp_path)), cache=cache)

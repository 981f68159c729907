"""Sets of torchvision that are no classification sets are refused before anything is downloaded or opened."""

import inspect

import pytest
from torchvision import datasets

from trainables.data import DataError, DataSource, prepare

OTHERS = (
    *("CocoDetection", "CocoCaptions", "VOCSegmentation", "VOCDetection", "SBDataset", "Cityscapes", "Kitti"),
    *("WIDERFace", "Kinetics", "HMDB51", "UCF101", "MovingMNIST", "FlyingChairs", "Sintel", "KittiFlow"),
    *(
        "CREStereo",
        "Middlebury2014Stereo",
        "PhotoTour",
        "Flickr8k",
        "SBU",
        "LFWPairs",
        "CelebA",
        "VisionDataset",
    ),
)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("argument", ["", ":5"])
def test_a_set_of_another_kind_is_refused_by_name(tmp_path, monkeypatch, name, argument):
    def opened(*arguments, **more):
        raise AssertionError("it was opened")

    monkeypatch.setattr(getattr(datasets, name), "__init__", opened)
    with pytest.raises(DataError, match=f"{name} is no classification set: "):
        prepare(DataSource(torchvision=f"{name}{argument}", root=str(tmp_path)), cache=tmp_path / "cache")


def test_a_set_that_raises_anything_is_one_problem(tmp_path, monkeypatch):
    class Broken(datasets.VisionDataset):
        def __init__(self, root: str, train: bool = True) -> None:
            super().__init__(root)

        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> None:
            raise KeyError(index)

    monkeypatch.setattr(datasets, "CIFAR10", Broken)
    with pytest.raises(DataError, match=r"CIFAR10 can't be read \(KeyError: 0\)"):
        prepare(DataSource(torchvision="CIFAR10", root=str(tmp_path)), cache=tmp_path / "cache")
    monkeypatch.setattr(Broken, "__init__", lambda self, **arguments: {}["missing"])
    with pytest.raises(DataError, match="CIFAR10 is not complete on disk"):
        prepare(DataSource(torchvision="CIFAR10", root=str(tmp_path)), cache=tmp_path / "cache")


def test_every_set_of_other_kinds_that_torchvision_has_is_known():
    from trainables.data.readers.torchvision_opening import _other_kind

    made = {name for name in datasets.__all__ if inspect.isclass(getattr(datasets, name))}
    assert set(OTHERS) <= made
    for name in ("CIFAR10", "EMNIST", "Flowers102", "LFWPeople", "GTSRB", "ImageFolder", "SVHN", "FakeData"):
        assert _other_kind(getattr(datasets, name)) == ""

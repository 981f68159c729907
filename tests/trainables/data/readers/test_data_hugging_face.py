"""Data sets of Hugging Face's package, from the disk: what a name on the hub comes to once it is downloaded."""

import sys

import datasets
import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare

RNG = np.random.default_rng(0)


def pictures(num):
    return [Image.fromarray(RNG.integers(0, 256, (8, 8, 3), dtype=np.uint8)) for _ in range(num)]


def made(num=10, *, labels=None, names=("dog", "cat"), **columns):
    """Return a set of so many images, of the classes in turn."""
    features = {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(names))}
    values = {"image": pictures(num), "label": labels or [index % 2 for index in range(num)]}
    return datasets.Dataset.from_dict(values, features=datasets.Features(features)).add_column(
        "who", [f"p{index % 5}" for index in range(num)]
    )


def problems_of(source, cache):
    with pytest.raises(DataError) as caught:
        prepare(source, cache=cache)
    return caught.value.problems


def test_a_saved_set_keeps_its_splits_and_the_names_of_its_classes(tmp_path, cache):
    sets = datasets.DatasetDict({"train": made(6), "validation": made(4), "test": made(2)})
    sets.save_to_disk(str(tmp_path / "saved"))
    data = prepare(DataSource(hf=str(tmp_path / "saved")), cache=cache)
    assert data.classes == ("dog", "cat")
    assert data.counts == {"train": (3, 3), "val": (2, 2), "test": (1, 1)}
    assert data.split("val").ids == ("val/0", "val/1", "val/2", "val/3")
    assert data.split("val").labels.tolist() == [0, 1, 0, 1]
    stored = np.asarray(sets["validation"][2]["image"])
    np.testing.assert_array_equal(data.split("val").images[2], stored)
    assert {"image: column image", "label: column label"} <= set(data.notes)


def test_one_set_is_cut_into_splits_by_its_groups_and_classes_are_chosen(tmp_path, cache):
    made(20).save_to_disk(str(tmp_path / "saved"))
    data = prepare(DataSource(hf=str(tmp_path / "saved"), group="who", classes=("cat", "dog")), cache=cache)
    assert data.classes == ("cat", "dog")
    groups = {name: set(data.split(name).groups) for name in data.counts}
    assert sum(map(len, groups.values())) == len(set.union(*groups.values())) == 5


def test_a_folder_of_images_and_parquet_files_are_read_as_the_package_does(make_folder, tmp_path, cache):
    root = make_folder({f"{split}/{name}": 3 for split in ("train", "validation") for name in ("cat", "dog")})
    data = prepare(DataSource(hf=str(root)), cache=cache)
    assert data.classes == ("cat", "dog")
    assert data.counts == {"train": (2, 2), "val": (3, 3), "test": (1, 1)}
    same = prepare(DataSource(folder=str(root)), cache=cache)
    np.testing.assert_array_equal(data.split("val").images, same.split("val").images)
    (tmp_path / "parquet").mkdir()
    made(10).to_parquet(str(tmp_path / "parquet" / "train-00000.parquet"))
    for place in (tmp_path / "parquet", tmp_path / "parquet" / "train-00000.parquet"):
        assert prepare(DataSource(hf=str(place)), cache=cache).classes == ("dog", "cat")


def test_a_file_that_says_nothing_of_images_gives_its_column_of_bytes(tmp_path, cache, make_folder):
    root = make_folder({"a": 5, "b": 5})
    files = sorted(root.rglob("*.png"))
    columns = {
        "picture": [path.read_bytes() for path in files],
        "class": [path.parent.name for path in files],
    }
    datasets.Dataset.from_dict(columns).to_parquet(str(tmp_path / "plain.parquet"))
    data = prepare(DataSource(hf=str(tmp_path / "plain.parquet")), cache=cache)
    assert data.classes == ("a", "b")
    assert sum(map(sum, data.counts.values())) == 10


def test_splits_without_labels_or_of_other_names_are_left_out(tmp_path, cache):
    sets = datasets.DatasetDict({"train": made(10), "test": made(4, labels=[-1] * 4), "extra": made(2)})
    sets.save_to_disk(str(tmp_path / "saved"))
    data = prepare(DataSource(hf=str(tmp_path / "saved")), cache=cache)
    assert data.counts == {"train": (3, 3), "val": (1, 1), "test": (1, 1)}
    assert {
        "skipped test: its images have no labels",
        "skipped split extra: train, val, test are known",
    } <= set(data.notes)


def test_what_nobody_can_tell_is_asked_for(tmp_path, cache):
    place = str(tmp_path / "saved")
    two = made(30).add_column("coarse", [0] * 30).cast_column("coarse", datasets.ClassLabel(names=["x"]))
    two.save_to_disk(place)
    there = "there are image, label, who, coarse"
    assert problems_of(DataSource(hf=place), cache) == (
        f"columns: label: could be label or coarse; name one: label: COLUMN; {there}",
    )
    assert problems_of(DataSource(hf=place, label="lable", image="img", group="x"), cache) == (
        f"columns: image: there is no column 'img' (did you mean image?); {there}",
        f"columns: label: there is no column 'lable' (did you mean label?); {there}",
        f"columns: group: there is no column 'x'; {there}",
    )
    assert prepare(DataSource(hf=place, label="who"), cache=cache).classes == ("p0", "p1", "p2", "p3", "p4")


def test_single_images_without_a_label_and_sets_that_are_not_there_are_refused(tmp_path, cache, monkeypatch):
    place = str(tmp_path / "saved")
    made(4, labels=[0, 1, -1, 0]).save_to_disk(place)
    assert problems_of(DataSource(hf=place), cache) == ("images without a label: 2",)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    (said,) = problems_of(DataSource(hf="no/such-set"), cache)
    assert said.startswith("hf: no/such-set can't be loaded: ")


def test_without_the_package_the_extra_is_named(cache, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    assert problems_of(DataSource(hf="cifar10"), cache) == (
        "hf: needs the package datasets: pip install 'lrstudy[hf]'",
    )


def test_columns_that_hold_no_image_several_labels_or_no_group_are_refused(tmp_path, cache):
    place = str(tmp_path / "saved")
    several = made(10).add_column("tags", [["x"], ["x", "y"]] * 5)
    several = several.add_column("by", [None, *["b"] * 9])
    several.save_to_disk(place)
    assert problems_of(DataSource(hf=place, image="who", label="tags"), cache) == (
        "columns: image: 'who' holds no images (string); of a list of paths csv reads them",
        "columns: label: 'tags' has no single value in a row; several labels an image are read from a list (csv)",
    )
    assert problems_of(DataSource(hf=place, group="by"), cache) == ("images without a group (group: by): 0",)


@pytest.mark.parametrize("name", ["labels.tsv", "set.zip", "set"])
def test_a_file_of_another_kind_is_no_name_on_the_hub(tmp_path, cache, monkeypatch, name):
    (tmp_path / name).write_text("path\tlabel\n")
    monkeypatch.setattr("datasets.load_dataset", lambda *args, **settings: made(10))
    assert problems_of(DataSource(hf=str(tmp_path / name)), cache) == (
        f"hf: {tmp_path / name} is none of .parquet, .pq, .arrow, .json, .jsonl, .csv; csv takes a list of images, "
        "folder an archive",
    )

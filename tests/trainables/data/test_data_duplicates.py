import shutil

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare
from trainables.data.duplicates import Fingerprints, near

GIVEN = {f"{split}/{name}": 3 for split in ("train", "val", "test") for name in ("cat", "dog")}


def test_an_exact_duplicate_between_train_and_val_is_refused_and_named(make_folder, cache):
    root = make_folder(GIVEN)
    Image.open(root / "train/cat/001.png").save(root / "val/cat/smuggled.bmp")
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root)), cache=cache)
    assert caught.value.problems == (
        "same image in several splits (duplicates: report lets it pass): "
        "train/cat/001.png (train) = val/cat/smuggled.bmp (val)",
    )


def test_duplicates_can_be_reported_instead(make_folder, cache):
    root = make_folder(GIVEN)
    shutil.copy(root / "train/cat/001.png", root / "test/dog/copy.png")
    data = prepare(DataSource(folder=str(root), duplicates="report"), cache=cache)
    pair = "train/cat/001.png (train) = test/dog/copy.png (test)"
    assert f"same image in several splits: 1, {pair}" in data.notes
    assert "1 image under different classes: train/cat/001.png = test/dog/copy.png" in data.notes
    with pytest.raises(DataError):
        prepare(DataSource(folder=str(root)), cache=cache)


def test_where_we_cut_equal_images_stay_together(make_folder, cache):
    root = make_folder({"cat": 12, "dog": 12})
    for index in range(12):
        shutil.copy(root / f"cat/{index:03d}.png", root / f"cat/copy{index:03d}.png")
    data = prepare(DataSource(folder=str(root)), cache=cache)
    for split in data.counts:
        names = {name for name in data.split(split).ids if name.startswith("cat/")}
        assert {name.replace("copy", "") for name in names if "copy" in name} == {
            name for name in names if "copy" not in name
        }
    assert sum(data.counts[split][0] for split in data.counts) == 24
    assert "test holds 2 repetitions of images, all within that split" in data.notes


@pytest.mark.parametrize("split", ["val", "test"])
def test_a_source_image_in_the_targets_val_or_test_is_refused(make_folder, cache, tmp_path, split):
    source = prepare(DataSource(folder=str(make_folder(GIVEN, name="source"))), cache=cache)
    target = make_folder(GIVEN, name="target")
    shutil.copy(tmp_path / "source/train/dog/002.png", target / split / "cat/stolen.png")
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(target)), against=source, cache=cache)
    assert caught.value.problems == (
        "same image in the source (duplicates: report lets it pass): "
        f"{split}/cat/stolen.png ({split}) = train/dog/002.png of the source",
    )


def test_a_prepared_target_is_checked_against_each_source_anew(make_folder, cache):
    target = make_folder(GIVEN, name="target")
    first = prepare(DataSource(folder=str(target)), cache=cache)
    clean = prepare(DataSource(folder=str(make_folder(GIVEN, name="clean"))), cache=cache)
    assert prepare(DataSource(folder=str(target)), against=clean, cache=cache) == first
    dirty_root = make_folder(GIVEN, name="dirty")
    shutil.copy(target / "test/cat/000.png", dirty_root / "train/cat/x.png")
    dirty = prepare(DataSource(folder=str(dirty_root)), cache=cache)
    with pytest.raises(DataError, match=r"test/cat/000.png \(test\) = train/cat/x.png of the source"):
        prepare(DataSource(folder=str(target)), against=dirty, cache=cache)
    reporting = DataSource(folder=str(target), duplicates="report")
    assert any(
        "same image in the source: 1" in note for note in prepare(reporting, against=dirty, cache=cache).notes
    )


def test_a_source_image_in_the_targets_train_split_is_allowed(make_folder, cache):
    source_root, target = make_folder(GIVEN, name="source"), make_folder(GIVEN, name="target")
    shutil.copy(source_root / "train/cat/000.png", target / "train/cat/shared.png")
    source = prepare(DataSource(folder=str(source_root)), cache=cache)
    assert prepare(DataSource(folder=str(target)), against=source, cache=cache).counts["train"] == (4, 3)


def test_a_recompressed_and_resized_copy_is_noted_as_near(make_folder, cache):
    root = make_folder(GIVEN, size=(32, 32))
    waves = np.add.outer(np.sin(np.arange(64) / 6), np.cos(np.arange(64) / 9)) * 60 + 128
    smooth = Image.fromarray(waves.astype(np.uint8)).convert("RGB")
    smooth.save(root / "train/cat/wave.png")
    smooth.resize((48, 48)).save(root / "test/cat/wave.jpg", quality=60)
    data = prepare(DataSource(folder=str(root), image_size=32), cache=cache)
    near_notes = [note for note in data.notes if note.startswith("near")]
    assert near_notes == [
        "near duplicates: 1 test image resembles one in train: test/cat/wave.jpg ~ train/cat/wave.png"
    ]


def test_flat_thumbnails_and_equal_images_are_no_near_duplicates():
    ramp = np.arange(256, dtype=np.uint8)
    flat = np.repeat(np.array([90, 95], dtype=np.uint8), 128)
    ours = Fingerprints(
        ids=("a", "b", "c"), hashes=("1", "2", "3"), thumbnails=np.stack([ramp, flat, ramp // 2])
    )
    theirs = Fingerprints(ids=("d", "e"), hashes=("1", "4"), thumbnails=np.stack([ramp, flat + 1]))
    assert near(ours, theirs) == ["c ~ d"]

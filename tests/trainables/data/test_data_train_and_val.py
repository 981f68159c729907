import numpy as np

from tests.support.image_files import noise, prepared
from trainables.data.train_and_val import train_and_val


def both(tmp_path):
    data = prepared(noise(tmp_path / "images"))
    return data, train_and_val(data, cache=tmp_path / "cache")


def test_training_images_are_those_of_both_splits(tmp_path):
    data, together = both(tmp_path)
    train, val, all_of_it = data.split("train"), data.split("val"), together.split("train")
    assert all_of_it.ids == train.ids + val.ids
    assert np.array_equal(all_of_it.images, np.concatenate([train.images, val.images]))
    assert all_of_it.labels.tolist() == [*train.labels, *val.labels]
    assert together.counts["train"] == (2, 2)


def test_test_images_stay_as_they_were(tmp_path):
    data, together = both(tmp_path)
    assert together.split_hashes["test"] == data.split_hashes["test"]
    assert np.array_equal(together.split("test").images, data.split("test").images)
    assert not set(together.split("train").ids) & set(data.split("test").ids)


def test_mean_and_deviation_are_of_all_that_is_trained_on(tmp_path):
    _, together = both(tmp_path)
    pixels = together.split("train").images / 255
    assert np.allclose(together.mean, pixels.mean(axis=(0, 1, 2)))
    assert np.allclose(together.std, pixels.std(axis=(0, 1, 2)))


def test_it_has_a_key_of_its_own_and_is_built_once(tmp_path):
    data, together = both(tmp_path)
    assert together.key != data.key
    before = (together.path / "train.npy").stat().st_mtime_ns
    again = train_and_val(data, cache=tmp_path / "cache")
    assert again == together
    assert (again.path / "train.npy").stat().st_mtime_ns == before

import numpy as np
import pytest

from trainables.data import DataError, DataSource, prepare


def test_forty_training_digits_of_each_class(cache):
    data = prepare(DataSource(digits=True, classes=(5, 6, 7, 8, 9), train_per_class=40), cache=cache)
    assert data.classes == ("5", "6", "7", "8", "9")
    assert (data.image_size, data.channels) == (8, 1)
    # 182, 181, 179, 174 and 180 digits of these classes, a fifth of each.
    assert data.counts == {"train": (40,) * 5, "val": (36, 36, 36, 35, 36), "test": (36, 36, 36, 35, 36)}
    assert data.split("train").images.shape == (200, 8, 8, 1)


def test_the_images_are_the_digits(cache):
    from sklearn.datasets import load_digits

    bunch = load_digits()
    val = prepare(DataSource(digits=True), cache=cache).split("val")
    chosen = [int(name) for name in val.ids]
    assert val.labels.tolist() == bunch.target[chosen].tolist()
    assert (val.images[..., 0] == np.rint(bunch.images[chosen] * 255 / 16)).all()


def test_digits_can_be_enlarged_and_unknown_ones_are_refused(cache):
    assert prepare(DataSource(digits=True, image_size=16), cache=cache).image_size == 16
    with pytest.raises(DataError, match="unknown class"):
        prepare(DataSource(digits=True, classes=(8, 9, 10)), cache=cache)

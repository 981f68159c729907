"""Images of more than 8 bits that are equal, or are equal to one of 8 bits."""

import numpy as np
import pytest

from benchmarks.formats.by_hand import png, tiff
from tests.support.image_files import LEVELS, SIDE, as_u16_png, deep_set, noise, prepared, put
from trainables.data import DataError


def test_equal_deep_images_are_found_across_splits_and_formats(tmp_path):
    root = deep_set(tmp_path, as_u16_png)
    put(
        root,
        {"train/cat/x.png": as_u16_png(LEVELS * 60), "test/cat/x.tif": tiff((LEVELS * 60).astype(np.uint16))},
    )
    with pytest.raises(DataError, match=r"train/cat/x.png \(train\) = test/cat/x.tif \(test\)"):
        prepared(root)


def test_an_image_of_8_bits_is_found_again_in_sixteen(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/x.png": png((LEVELS * 4).astype(np.uint8))})
    put(root, {"test/cat/x.png": png((LEVELS * 4 * 257).astype(np.uint16))})
    with pytest.raises(DataError, match=r"train/cat/x.png \(train\) = test/cat/x.png \(test\)"):
        prepared(root, window=(0, 65535))


def test_an_image_of_8_bits_is_found_again_where_white_is_low_in_sixteen(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/x.png": png((LEVELS * 4).astype(np.uint8))})
    put(root, {"test/cat/x.tif": tiff(((255 - LEVELS * 4) * 257).astype(np.uint16), photometric=0)})
    with pytest.raises(DataError, match=r"train/cat/x.png \(train\) = test/cat/x.tif \(test\)"):
        prepared(root, window=(0, 65535))


def test_deep_images_of_other_opacity_are_not_the_same(tmp_path):
    def with_alpha(opacity):
        return png(np.stack([LEVELS * 60, np.full((SIDE, SIDE), opacity)], axis=-1).astype(np.uint16))

    root = put(
        noise(tmp_path / "images", mode="L"),
        {"train/cat/x.png": with_alpha(65535), "test/cat/x.png": with_alpha(30000)},
    )
    assert prepared(root, window=(0, 65535)).counts["test"] == (2, 1)

"""Images of more than 8 bits: one range for the whole set."""

import numpy as np
import pytest

from benchmarks.formats.by_hand import png, tiff
from tests.support.image_files import GIVEN, LEVELS, SIDE, as_u16_png, deep_set, noise, prepared, put, stored
from trainables.data import DataError
from trainables.data.decoding.deep_pixels import DeepSummary
from trainables.data.decoding.window import used_window


def test_twelve_bits_in_files_of_sixteen_keep_256_levels(tmp_path):
    ramp = np.linspace(0, 4095, 256).astype(np.uint16).reshape(16, 16)
    root = put(
        tmp_path / "images", {f"{folder}/000.png": png(np.roll(ramp, i)) for i, folder in enumerate(GIVEN)}
    )
    data = prepared(root)
    image = stored(data, "train/cat/000.png")[..., 0]
    assert len(np.unique(image)) == 256
    assert (image == np.rint(ramp / 4095 * 255)).all()
    (note,) = [note for note in data.notes if "more than 8 bits" in note]
    assert note == (
        "6 images have more than 8 bits: values 0 ... 4095 become 0 ... 255, the same for every image "
        "(the training images use 0 ... 4095: 12 bits)"
    )


def test_one_range_serves_all_images_and_a_dark_one_stays_dark(tmp_path):
    root = deep_set(tmp_path, as_u16_png)
    dark = np.full((SIDE, SIDE), 100)
    put(root, {"train/cat/dark.png": as_u16_png(dark)})
    assert (stored(prepared(root), "train/cat/dark.png") == round(100 / 4095 * 255)).all()


def test_only_training_images_decide_and_values_beyond_are_clipped_and_counted(tmp_path):
    root = deep_set(tmp_path, as_u16_png, low=1000, high=2000)
    other = np.full((SIDE, SIDE), 1500)
    other[0, :3] = 0, 900, 4000
    put(root, {"test/cat/beyond.png": as_u16_png(other)})
    data = prepared(root)
    image = stored(data, "test/cat/beyond.png")[..., 0]
    assert image[0, :4].tolist() == [0, 0, 255, 128]
    assert "outside of that, and clipped: 3 values of 1 other image" in data.notes
    assert any("values 1000 ... 2000 become 0 ... 255" in note for note in data.notes)


def test_a_hot_pixel_does_not_take_the_levels_of_all_others(tmp_path):
    rng = np.random.default_rng(1)
    files = {}
    for folder in GIVEN:
        values = rng.integers(0, 4096, (64, 64))
        values[3, 3] = 65535
        files[f"{folder}/000.png"] = png(values.astype(np.uint16))
    data = prepared(put(tmp_path / "images", files))
    image = stored(data, "train/cat/000.png")
    assert len(np.unique(image)) == 256
    assert image[3, 3] == 255
    assert "outside of that, and clipped: 2 values of 2 training images" in data.notes


def test_a_stated_window_is_used_as_it_is(tmp_path):
    root = deep_set(tmp_path, as_u16_png)
    put(root, {"train/cat/x.png": as_u16_png(LEVELS * 50)})
    data = prepared(root, window=(100, 1120))
    expected = np.rint(np.clip((LEVELS * 50 - 100) / 4, 0, 255))
    assert (stored(data, "train/cat/x.png")[..., 0] == expected).all()
    assert data.key != prepared(root).key
    # so that a window of another scale is seen at once
    assert any(note.endswith("(stated; over the whole set there are 0 ... 4095)") for note in data.notes)


def test_a_window_for_images_of_8_bits_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"window = \[0, 100\], but no image has more than 8 bits"):
        prepared(noise(tmp_path / "images"), window=(0, 100))


def test_all_of_sixteen_bits_stand_beside_images_of_8_bits(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/deep.png": as_u16_png(LEVELS * 1024)})
    data = prepared(root)
    assert (stored(data, "train/cat/deep.png")[..., 0] == np.rint(LEVELS * 1024 / 257)).all()
    assert "6 other images have 8 bits, unchanged" in data.notes


def test_a_smaller_range_beside_images_of_8_bits_needs_a_window(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/deep.png": as_u16_png(LEVELS * 65)})
    with pytest.raises(
        DataError, match=r"1 image has more than 8 bits, of values 0 \.\.\. 4095 \(train/cat/deep"
    ):
        prepared(root)
    data = prepared(root, window=(0, 4095))
    assert (stored(data, "train/cat/deep.png")[..., 0] == np.rint(LEVELS * 65 / 4095 * 255)).all()


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("photometric", [0, 1])
def test_floating_point_needs_a_window_and_is_mapped_by_it(tmp_path, order, photometric):
    def floating(values):
        return tiff((values / 1000).astype(np.float32), order=order, photometric=photometric)

    root = deep_set(tmp_path, floating, ending="tif", low=-500, high=1500)
    with pytest.raises(DataError) as caught:
        prepared(root)
    (problem,) = caught.value.problems
    assert "6 images hold floating-point values, -0.5 ... 1.5 over the whole set" in problem
    assert problem.endswith("window: [low, high]")
    put(root, {"train/cat/x.tif": floating(LEVELS * 30 - 500)})
    expected = np.rint(np.clip((LEVELS * 30 - 500) / 1000, 0, 1) * 255)
    image = stored(prepared(root, window=(0.0, 1.0)), "train/cat/x.tif")[..., 0]
    assert (image == (255 - expected if photometric == 0 else expected)).all()


def test_more_than_sixteen_bits_need_a_window(tmp_path):
    def wide(values):
        return tiff((values * 1_000_000).astype(np.uint32))

    root = deep_set(tmp_path, wide, ending="tif", high=4000)
    with pytest.raises(
        DataError, match=r"values of more than 16 bits, 0 \.\.\. 4000000000 over the whole set"
    ):
        prepared(root)
    put(root, {"train/cat/x.tif": wide(LEVELS * 60)})
    expected = np.rint(np.clip(LEVELS * 60 / 4000 * 255, 0, 255))
    assert (stored(prepared(root, window=(0, 4e9)), "train/cat/x.tif")[..., 0] == expected).all()


def test_whole_numbers_of_32_bits_that_16_would_hold_are_taken_like_these(tmp_path):
    root = deep_set(tmp_path, lambda values: tiff(values.astype(np.int32)), ending="tif")
    put(root, {"train/cat/x.tif": tiff((LEVELS * 65).astype(np.int32))})
    assert (stored(prepared(root), "train/cat/x.tif")[..., 0] == np.rint(LEVELS * 65 / 4095 * 255)).all()


def test_a_deep_image_is_turned_and_its_thumbnail_is_taken_after_the_mapping(tmp_path):
    root = deep_set(tmp_path, as_u16_png)
    ramp = (np.arange(16 * 16).reshape(16, 16) * 16).astype(np.uint16)
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    put(root, {"train/cat/x.png": png(ramp, chunks=((b"eXIf", exif),))})
    data = prepared(root, image_size=16)
    expected = np.rint(np.rot90(ramp, -1) / 4095 * 255)
    assert (stored(data, "train/cat/x.png")[..., 0] == expected).all()
    position = data.split("train").ids.index("train/cat/x.png")
    thumbnails = np.load(data.path / "train.thumbnails.npy")
    assert (thumbnails[position].reshape(16, 16) == expected).all()


def summary(values):
    values = np.asarray(values, dtype=np.float64)
    return DeepSummary(low=values.min(), high=values.max(), sample=values, floating=False)


@pytest.mark.parametrize("sign", [1, -1])
def test_outliers_at_either_end_are_left_out_of_the_range(sign):
    values = np.append(np.arange(2000) % 500, [30000])
    window = used_window([summary(sign * values)])
    assert (window.low, window.high) == ((0, 499) if sign == 1 else (-499, 0))


def test_images_of_one_level_are_black(tmp_path):
    files = {f"{folder}/000.png": as_u16_png(np.full((SIDE, SIDE), 300)) for folder in GIVEN}
    data = prepared(put(tmp_path / "images", files), duplicates="report")
    assert data.window == (300, 301)
    assert not data.split("train").images.any()


def test_a_range_that_ends_where_sixteen_bits_end_needs_a_window_beside_images_of_8_bits(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/deep.png": as_u16_png(20049 + LEVELS * 722)})
    with pytest.raises(DataError, match=r"of values 20049 \.\.\. 65535"):
        prepared(root)


def test_negative_values_of_more_than_sixteen_bits_need_a_window(tmp_path):
    root = deep_set(
        tmp_path, lambda values: tiff(values.astype(np.int32)), ending="tif", low=-100_000, high=0
    )
    with pytest.raises(DataError, match=r"values of more than 16 bits, -100000 \.\.\. 0 over the whole set"):
        prepared(root)


def test_the_range_of_deep_images_that_are_all_in_test_is_their_own(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"test/cat/deep.png": as_u16_png(LEVELS * 1024)})
    data = prepared(root)
    assert (stored(data, "test/cat/deep.png")[..., 0] == np.rint(LEVELS * 1024 / 257)).all()
    assert any(note.endswith("(they use 0 ... 64512: 16 bits)") for note in data.notes)

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare

GIVEN = {f"{split}/{name}": 1 for split in ("train", "val", "test") for name in ("cat", "dog")}


def _image(data, split, name):
    part = data.split(split)
    return part.images[part.ids.index(name)]


def test_images_are_stored_as_they_are_when_the_size_fits(make_folder, cache):
    root = make_folder(GIVEN)
    data = prepare(DataSource(folder=str(root)), cache=cache)
    expected = np.asarray(Image.open(root / "train/cat/000.png"))
    stored = _image(data, "train", "train/cat/000.png")
    assert stored.shape == (8, 8, 3)
    assert stored.dtype == np.uint8
    assert (stored == expected).all()


def test_the_exif_rotation_is_honoured(make_folder, cache):
    root = make_folder(GIVEN)
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(pixels).convert("RGB").save(root / "train/cat/turned.png", exif=exif)
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert (_image(data, "train", "train/cat/turned.png")[..., 0] == np.rot90(pixels, -1)).all()


def test_the_centre_is_cut_out_and_resized(make_folder, cache):
    root = make_folder(GIVEN, size=(40, 20))
    stripes = np.zeros((20, 40, 3), dtype=np.uint8)
    stripes[:, 10:30] = 200
    Image.fromarray(stripes).save(root / "train/cat/000.png")
    data = prepare(DataSource(folder=str(root), image_size=10), cache=cache)
    stored = _image(data, "train", "train/cat/000.png")
    assert (stored[:, 2:8] == 200).all()
    assert (stored > 180).all()  # the filter reaches over the edges of the cut


def test_images_of_other_sizes_need_an_image_size(make_folder, cache):
    root = make_folder(GIVEN)
    Image.new("RGB", (20, 30)).save(root / "train/cat/other.png")
    with pytest.raises(DataError, match=r"of 2 sizes \(8x8 ... 20x30\): set image_size"):
        prepare(DataSource(folder=str(root)), cache=cache)
    assert prepare(DataSource(folder=str(root), image_size=12), cache=cache).image_size == 12
    with pytest.raises(DataError, match=r"not square \(9x8\): set image_size"):
        prepare(DataSource(folder=str(make_folder(GIVEN, name="oblong", size=(9, 8)))), cache=cache)


def test_auto_is_grey_only_if_every_training_image_is(make_folder, cache):
    grey = make_folder(GIVEN, name="grey", mode="L")
    Image.open(grey / "train/cat/000.png").convert("RGB").save(grey / "train/cat/000.png")
    Image.new("RGB", (8, 8), (255, 0, 0)).save(grey / "test/cat/000.png")
    data = prepare(DataSource(folder=str(grey)), cache=cache)
    assert data.channels == 1
    assert data.split("train").images.shape == (2, 8, 8, 1)
    assert (_image(data, "test", "test/cat/000.png") == 76).all()  # 0.299 * 255, as Pillow rounds it
    Image.new("RGB", (8, 8), (0, 255, 0)).save(grey / "train/cat/green.png")
    assert prepare(DataSource(folder=str(grey)), cache=cache).channels == 3


def test_grey_and_rgb_can_be_forced(make_folder, cache):
    colour, grey = make_folder(GIVEN, name="colour"), make_folder(GIVEN, name="grey", mode="L")
    forced = prepare(DataSource(folder=str(colour), channels="grey"), cache=cache)
    expected = np.asarray(Image.open(colour / "val/dog/000.png").convert("L"))
    assert (_image(forced, "val", "val/dog/000.png")[..., 0] == expected).all()
    assert prepare(DataSource(folder=str(grey), channels="rgb"), cache=cache).channels == 3


def test_mean_and_std_are_of_the_training_images_only(make_folder, cache):
    root = make_folder(GIVEN)
    Image.new("RGB", (8, 8), (0, 51, 255)).save(root / "train/cat/000.png")
    Image.new("RGB", (8, 8), (102, 51, 255)).save(root / "train/dog/000.png")
    data = prepare(DataSource(folder=str(root)), cache=cache)
    assert data.mean == pytest.approx((0.2, 0.2, 1.0))
    assert data.std == pytest.approx((0.2, 1.0, 1.0))

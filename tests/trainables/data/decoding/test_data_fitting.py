from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataSource, prepare
from trainables.data.decoding.fitting import fit_notes, kept_box, lost_fraction, to_square
from trainables.data.sources.source import FITS, FitToSquare
from trainables.errors import SettingError

BLACK = (0, 0, 0)
RED = (255, 0, 0)
# 16 x 8, its left quarter bright: what lies at the edge
WIDE = Image.fromarray(np.tile(np.repeat(np.array([250, 100, 100, 100], dtype=np.uint8), 4), (8, 1)))


def squared(image: Image.Image, fit: FitToSquare, colour: tuple[int, int, int] = BLACK) -> np.ndarray:
    return np.asarray(to_square(image, size=8, fit=fit, colour=colour))


def test_crop_loses_what_lies_at_the_edge_and_pad_and_squash_keep_it() -> None:
    assert squared(WIDE, "crop").max() < 110
    assert squared(WIDE, "pad").max() > 200
    assert squared(WIDE, "squash").max() > 200


def test_pad_adds_equal_bars_of_the_background() -> None:
    dark = squared(WIDE, "pad")
    assert dark.shape == (8, 8)
    assert not dark[:2].any()
    assert not dark[6:].any()
    assert dark[2:6].all()
    tall = squared(WIDE.transpose(Image.Transpose.ROTATE_90), "pad", RED)
    assert (tall[:, :2] == RED).all()
    assert (tall[:, 6:] == RED).all()


@pytest.mark.parametrize("fit", FITS)
def test_a_square_image_is_the_same_however_it_is_fitted(fit: FitToSquare) -> None:
    square = WIDE.crop((0, 0, 4, 4))
    assert np.array_equal(squared(square, fit), squared(square, "crop"))


def test_the_kept_box_and_the_lost_fraction_of_each_fit() -> None:
    assert get_args(FitToSquare) == ("crop", "pad", "squash")
    assert kept_box((40, 10), "crop") == (15, 0, 25, 10)
    assert kept_box((10, 40), "squash") == (0, 0, 10, 40)
    assert lost_fraction((40, 10), "crop") == 0.75
    assert lost_fraction((40, 10), "pad") == 0


def test_the_note_says_how_much_is_lost_in_the_median_and_at_most() -> None:
    (note,) = fit_notes([(10, 10), (20, 10), (10, 40), (20, 10)], "crop")
    assert "3 of 4 images are no squares" in note
    assert "50% of an image in the median and 75% at most" in note
    assert fit_notes([(10, 10)], "crop") == []
    assert "up to 4 : 1" in fit_notes([(10, 40)], "squash")[0]


@pytest.fixture
def oblong(tmp_path: Path) -> Path:
    for label in ("a", "b"):
        (tmp_path / "images" / label).mkdir(parents=True)
        for index in range(8):
            pixels = np.random.default_rng([ord(label), index]).integers(1, 200, (20, 40), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "images" / label / f"{index}.png")
    return tmp_path / "images"


def test_prepared_sets_of_each_fit_have_keys_and_pixels_of_their_own(oblong: Path, tmp_path: Path) -> None:
    source = DataSource(folder=str(oblong), image_size=16)
    cropped = prepare(source, cache=tmp_path / "cache")
    padded = prepare(replace(source, fit="pad"), cache=tmp_path / "cache")
    assert cropped.fit == "crop"
    assert padded.fit == "pad"
    assert cropped.key != padded.key
    assert (padded.split("train").images[:, :4] == 255).all()
    assert cropped.split("train").images.max() < 255
    assert any("fit: crop" in note for note in cropped.notes)


def test_grey_images_with_coloured_bars_are_stored_in_colour(oblong: Path, tmp_path: Path) -> None:
    source = DataSource(folder=str(oblong), image_size=16, fit="pad")
    assert prepare(source, cache=tmp_path / "cache").channels == 1
    red = prepare(replace(source, background=RED), cache=tmp_path / "cache")
    assert red.channels == 3
    assert (red.split("val").images[:, 0] == RED).all()


def test_an_unknown_fit_is_refused() -> None:
    with pytest.raises(SettingError, match="crop, pad or squash"):
        DataSource(digits=True, fit="stretch")  # type: ignore[arg-type]

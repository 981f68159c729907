"""The search for repeated pictures, on pictures that were changed in known ways."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from study.look.similarity.near_duplicates import SIDE, near_pairs
from study.look.similarity.registration import register
from study.look.similarity.squares import SYMMETRIES, apply_symmetry, shrunk
from tests.support.sets.photographs import Turn, photograph

NUM = 40


def copies(images: list[Image.Image]) -> np.ndarray:
    small = [image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX) for image in images]
    return np.stack([np.asarray(each) for each in small])


def saved_again(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.resize((60, 45)).save(file, "JPEG", quality=60)
    return Image.open(file)


CHANGES = {
    "mirrored": lambda image: image.transpose(Turn.FLIP_LEFT_RIGHT),
    "turned by 90°": lambda image: image.transpose(Turn.ROTATE_90),
    "turned by 180°": lambda image: image.transpose(Turn.ROTATE_180),
    "turned by 270°": lambda image: image.transpose(Turn.ROTATE_270),
    "cropped": lambda image: image.crop((4, 3, 4 + 82, 3 + 61)),
    "cropped and mirrored": lambda image: image.crop((9, 2, 9 + 80, 2 + 60)).transpose(Turn.FLIP_LEFT_RIGHT),
    "saved again": saved_again,
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_picture_is_found_and_no_other(change):
    images = [photograph(seed) for seed in range(NUM)]
    images.append(CHANGES[change](images[7]))
    pairs = near_pairs(copies(images), np.full(NUM + 1, 72))
    assert [{pair.first, pair.second} for pair in pairs] == [{7, NUM}]


def test_how_a_picture_was_changed_is_told():
    images = [photograph(seed) for seed in range(5)]
    turned = [images[0].transpose(Turn.ROTATE_90), images[1].crop((9, 7, 89, 67))]
    found = near_pairs(copies([*images, *turned]), np.full(7, 72))
    by_change = {pair.first: pair for pair in found} | {pair.second: pair for pair in found}
    assert SYMMETRIES[by_change[5].symmetry] == "turned by 90°"
    assert by_change[5].area == pytest.approx(1, abs=0.03)
    crop = by_change[6]
    assert (crop.first, crop.second) == (6, 1)  # the crop shows no more than the whole
    assert crop.area == pytest.approx(80 * 60 / (96 * 72), abs=0.03)


def test_plain_and_tiny_images_are_not_compared():
    plain = np.full((3, SIDE, SIDE), 100, dtype=np.uint8)
    assert near_pairs(plain, np.full(3, 72)) == ()
    same = copies([photograph(0), photograph(0)])
    assert len(near_pairs(same, np.array([72, 72]))) == 1
    assert near_pairs(same, np.array([72, 15])) == ()


def test_the_eight_symmetries_are_different_and_do_what_they_say():
    square = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    every = [apply_symmetry(square, number) for number in range(8)]
    assert len({each.tobytes() for each in every}) == 8
    image = Image.fromarray(square[0].astype(np.uint8))
    turns = (Turn.FLIP_LEFT_RIGHT, Turn.FLIP_TOP_BOTTOM, Turn.ROTATE_180)
    turns += (Turn.TRANSPOSE, Turn.ROTATE_270, Turn.ROTATE_90, Turn.TRANSVERSE)
    for number, turn in enumerate(turns, start=1):
        assert (every[number][0] == np.asarray(image.transpose(turn))).all()


def test_registration_finds_the_part_to_a_fraction_of_a_pixel():
    whole = np.asarray(photograph(3, size=(256, 256)).convert("L"), dtype=np.float32)
    part = shrunk(whole[np.newaxis, 32:232, 20:220], 25)
    start = np.array([[0.1, 0.1, 0.8, 0.8]], dtype=np.float32)
    found = register(part, shrunk(whole[np.newaxis], 64), start, num_steps=10)
    assert found.agreement[0] > 0.99
    assert found.part[0] == pytest.approx([20 / 256, 32 / 256, 200 / 256, 200 / 256], abs=0.004)

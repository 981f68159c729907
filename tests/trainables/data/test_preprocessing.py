"""One file as the network takes it; depths of pixels whose white training has not seen are refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainables.data.preprocessing import Preprocessing, square_of
from trainables.data.sources.errors import UnreadableError

PLAIN = Preprocessing(
    image_size=2, channels=3, fit="crop", background="white", pages="refuse", window=None, reads_8_bit=True
)


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    file = tmp_path / "deep.png"
    Image.fromarray(np.array([[0, 1000], [2000, 4000]], dtype=np.uint16)).save(file)
    return file


@pytest.fixture
def shallow(tmp_path: Path) -> Path:
    file = tmp_path / "shallow.png"
    Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 9, 9]]], dtype=np.uint8)).save(
        file
    )
    return file


def test_channels_come_first_and_grey_is_made_as_training_makes_it(shallow: Path) -> None:
    assert square_of(shallow, PLAIN).tolist() == [
        [[255, 0], [0, 9]], [[0, 255], [0, 9]], [[0, 0], [255, 9]],
    ]  # fmt: skip
    # 0.299 red, 0.587 green, 0.114 blue
    assert square_of(shallow, replace(PLAIN, channels=1)).tolist() == [[[76, 150], [29, 9]]]


def test_deep_images_are_mapped_by_the_window_of_training(deep: Path) -> None:
    how = replace(PLAIN, channels=1, window=(0.0, 2000.0), reads_8_bit=False)
    assert square_of(deep, how).tolist() == [[[0, 128], [255, 255]]]


def test_depths_that_training_had_not_are_refused(deep: Path, shallow: Path) -> None:
    with pytest.raises(UnreadableError, match="has more than 8 bits, and the images of training had not"):
        square_of(deep, PLAIN)
    with pytest.raises(UnreadableError, match="has 8 bits, and the images of training had more"):
        square_of(shallow, replace(PLAIN, window=(0.0, 4095.0), reads_8_bit=False))
    assert square_of(shallow, replace(PLAIN, window=(0.0, 65535.0))).shape == (3, 2, 2)


def test_what_is_no_file_or_empty_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(UnreadableError, match="the file is empty"):
        square_of(tmp_path / "empty.jpg", PLAIN)
    with pytest.raises(UnreadableError, match="No such file"):
        square_of(tmp_path / "gone.jpg", PLAIN)

"""Kinds of image files, made of known pixels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.formats.kinds.files import WrittenKind, write_kinds
from benchmarks.formats.kinds.jpeg import stored_for
from benchmarks.formats.kinds.kind import BEHIND, picture


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WrittenKind]:
    """Every kind, by its file's name."""
    return {kind.path.name: kind for kind in write_kinds(tmp_path_factory.mktemp("kinds") / "all")}


def test_there_are_over_sixty_kinds_no_two_alike(written):
    assert len({kind.name for kind in written.values()}) == len(written) > 60
    assert len({kind.path.read_bytes() for kind in written.values()}) == len(written)


def test_a_picture_on_its_side_is_stored_with_its_sides_exchanged():
    shown = picture(3)
    stored = stored_for(6, shown)
    assert stored.shape == (48, 32, 3)
    assert (stored[0, 0] == shown[0, -1]).all()  # its first row is the right side, its first column the top
    assert (stored[-1, 0] == shown[0, 0]).all()


def test_expected_pixels_are_those_of_the_file(written):
    for file in ("png.png", "bmp_from_top.bmp", "bmp_rle.bmp", "png_interlaced.png", "webp_lossless.webp"):
        kind: WrittenKind = written[file]
        assert kind.expected is not None
        assert (np.asarray(Image.open(kind.path).convert("RGB")) == kind.expected.values).all(), file


def test_what_is_transparent_is_expected_on_white_and_black_is_as_right(written):
    expected = written["png_rgba.png"].expected
    assert expected is not None
    assert (expected.values[0, 0] == BEHIND).all()
    assert (expected.also[0][0, 0] == 0).all()
    assert (expected.values[-1, -1] == expected.also[0][-1, -1]).all()


def test_deep_kinds_say_which_values_are_black_and_white(written):
    expected = written["dicom_rescaled.dcm"].expected
    assert expected is not None
    assert expected.window == (-1024, 2976)


def test_folder_is_made(tmp_path):
    assert Path(write_kinds(tmp_path / "a" / "b")[0].path).parent == tmp_path / "a" / "b"

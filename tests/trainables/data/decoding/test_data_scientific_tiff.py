"""TIFF files that tifffile reads where Pillow does not, and both where they do."""

import io
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from benchmarks.formats.kinds.jpeg import oriented
from benchmarks.formats.kinds.tiff import tiffs, written
from tests.support.image_files import LEVELS, noise, prepared, put, stored
from trainables.data import DataError
from trainables.data.decoding.decode import Reading, read_picture
from trainables.data.decoding.deep_pixels import DeepPixels
from trainables.data.decoding.opening import open_file
from trainables.data.decoding.scientific_tiff import turned
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import RawImage

COLOURS = np.stack([LEVELS, LEVELS[::-1], LEVELS.T], axis=-1) * 1000
NO_NUMBERS_OF_TIFFFILE = {
    "tiff_alpha.tif": "on white",
    "tiff_alpha_multiplied.tif": "on white",
    "tiff_cmyk.tif": "inks as stored",
    "tiff_cmyk_planes.tif": "inks as stored, plane after plane",
    "tiff_grey_4.tif": "levels from 0 to 15",
    "tiff_grey_alpha.tif": "on white",
    "tiff_group4.tif": "true and false",
    "tiff_lab.tif": "lightness, a and b",
    "tiff_orientation_6.tif": "not turned",
    "tiff_palette.tif": "indices",
    "tiff_white_is_0.tif": "not inverted",
    "tiff_jpeg.tif": "another JPEG library",
    "tiff_packed_12.tif": "a strip of bytes that are no 12 bits",
}


def read(path: Path) -> DeepPixels | np.ndarray:
    raw = RawImage(id=path.name, open=partial(open_file, path), content="", label=0)
    pixels = read_picture(raw, reading=Reading(pages="first")).pixels
    return pixels if isinstance(pixels, DeepPixels) else np.asarray(pixels)


def test_every_kind_has_the_values_of_tifffile_to_the_bit(tmp_path):
    same = set()
    for kind in tiffs():
        if kind.expected is None or kind.file in NO_NUMBERS_OF_TIFFFILE:
            continue
        path = put(tmp_path, {kind.file: kind.content}) / kind.file
        found, reference = read(path), tifffile.imread(path, key=0)
        if reference.ndim == 3 and reference.shape[0] == 3:
            reference = np.moveaxis(reference, 0, -1)
        values = found.values if isinstance(found, DeepPixels) else found
        if reference.dtype == np.float64:  # Pillow has floating point of 32 bits
            reference = reference.astype(np.float32)
        assert values.shape == reference.shape, kind.name
        assert (values == reference).all(), kind.name
        same.add(kind.file)
    assert len(same) >= 28


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (LEVELS.astype(np.float16) / 7, {}),
        (COLOURS.astype(np.float32) / 7, {"photometric": "rgb"}),
        (COLOURS.astype(np.float64) / 7, {"photometric": "rgb", "tile": (16, 16), "compression": "zstd"}),
        (COLOURS.astype(np.uint32) * 7, {"photometric": "rgb", "compression": "lzw"}),
        (COLOURS.astype(np.int16), {"photometric": "rgb"}),
        (COLOURS.astype(np.uint16), {"photometric": "rgb", "compression": "jpegxr", "bigtiff": True}),
    ],
)
def test_what_pillow_does_not_read_has_its_values(tmp_path, values, options):
    path = put(tmp_path, {"x.tif": written(values, **options)}) / "x.tif"
    assert (read(path).values == values).all()


def test_colours_of_sixteen_bits_in_planes_are_read_like_interleaved_ones(tmp_path):
    root = noise(tmp_path / "images")
    planes = np.moveaxis(COLOURS.astype(np.uint16), -1, 0)
    put(root, {"train/cat/x.tif": written(planes, photometric="rgb", planarconfig="separate")})
    image = stored(prepared(root, window=(0, 63000)), "train/cat/x.tif")
    assert (image == np.rint(COLOURS / 63000 * 255)).all()


def test_opacity_of_sixteen_bits_in_planes_shows_the_background(tmp_path):
    root = noise(tmp_path / "images")
    planes = np.concatenate([np.moveaxis(COLOURS, -1, 0), np.full((1, 8, 8), 65535)]).astype(np.uint16)
    planes[3, 0, 0] = 0
    options = {"photometric": "rgb", "planarconfig": "separate", "extrasamples": ["unassalpha"]}
    put(root, {"train/cat/x.tif": written(planes, **options)})
    image = stored(prepared(root, window=(0, 65535), background=(9, 9, 9)), "train/cat/x.tif")
    assert (image[0, 0] == 9).all()
    assert (image[1:] == np.rint(COLOURS / 65535 * 255)[1:]).all()


@pytest.mark.parametrize(
    ("shape", "said"), [((8, 8, 5), "holds 5 channels"), ((8, 8, 2), "holds 2 channels")]
)
def test_other_numbers_of_channels_are_refused_in_a_sentence(tmp_path, shape, said):
    content = written(np.zeros(shape, np.float32), photometric="minisblack", planarconfig="contig")
    path = put(tmp_path, {"x.tif": content}) / "x.tif"
    with pytest.raises(UnreadableError, match=rf"^TIFF: {said} of the kind MINISBLACK: read are 1 of grey"):
        read(path)


def test_pictures_of_a_stack_are_named_with_their_axes(tmp_path):
    stack = np.zeros((2, 3, 8, 8), np.float16)
    content = written(stack, photometric="minisblack", metadata={"axes": "TZYX"})
    root = put(noise(tmp_path / "images"), {"train/cat/x.tif": content})
    with pytest.raises(DataError, match=r"x.tif: holds 6 pictures \(axes TZYX\): split it into files"):
        prepared(root)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_are_turned_as_pillow_turns_them(orientation):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 8, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    image.getexif().update(oriented(orientation))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=oriented(orientation))
    assert (turned(pixels, orientation) == np.asarray(ImageOps.exif_transpose(Image.open(buffer)))).all()


def test_values_that_are_no_numbers_are_refused(tmp_path):
    values = np.ones((8, 8), np.float16)
    values[0, 0] = np.nan
    path = put(tmp_path, {"x.tif": written(values)}) / "x.tif"
    with pytest.raises(UnreadableError, match="no numbers"):
        read(path)


@pytest.mark.parametrize("options", [{}, {"compression": "zlib", "rowsperstrip": 2}, {"tile": (16, 16)}])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_what_is_cut_off_is_refused(tmp_path, options, kept):
    values = np.random.default_rng(1).random((40, 40, 3)).astype(np.float32)
    content = written(values, photometric="rgb", **options)
    path = put(tmp_path, {"x.tif": content[: int(len(content) * kept)]}) / "x.tif"
    with pytest.raises(UnreadableError, match="missing"):
        read(path)


def test_a_file_without_the_extra_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tifffile", None)
    root = put(noise(tmp_path / "images"), {"train/cat/x.tif": written(LEVELS.astype(np.float16))})
    with pytest.raises(
        DataError, match=r"x.tif: TIFF: Pillow does not read this variety: pip install 'lrstudy\[tiff\]'"
    ):
        prepared(root)


@given(
    dtype=st.sampled_from(("u1", "i1", "u2", "i2", "u4", "i4", "f2", "f4")),
    layout=st.sampled_from(("grey", "white is 0", "interleaved", "planes")),
    coding=st.sampled_from((None, "lzw", "zlib", "zstd", "packbits", "lzma", "png", "jpegxl")),
    options=st.fixed_dictionaries(
        {
            "byteorder": st.sampled_from("<>"),
            "tile": st.sampled_from((None, (16, 16))),
            "predictor": st.booleans(),
            "bigtiff": st.booleans(),
        }
    ),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_whatever_tifffile_writes_has_its_values_to_the_bit(tmp_path_factory, dtype, layout, coding, options):
    values = np.random.default_rng(0).integers(0, 120, (20, 37, 3)).astype(dtype)
    values = values if layout in ("interleaved", "planes") else values[..., 0]
    options |= {"photometric": {"grey": "minisblack", "white is 0": "miniswhite"}.get(layout, "rgb")}
    options |= {"planarconfig": "separate"} if layout == "planes" else {}
    options |= {
        "compression": coding,
        "predictor": options["predictor"] and coding in ("lzw", "zlib", "zstd"),
    }
    try:
        content = written(np.moveaxis(values, -1, 0) if layout == "planes" else values, **options)
    except (ValueError, TypeError, NotImplementedError, RuntimeError):
        reject()  # tifffile has no codec for such values
    folder = tmp_path_factory.mktemp("tiff")
    found = read(put(folder, {"x.tif": content}) / "x.tif")
    if isinstance(found, DeepPixels):
        assert found.white_is_low == (layout == "white is 0")
        assert (found.values == values).all()
    else:
        assert (found == (255 - values if layout == "white is 0" else values)).all()

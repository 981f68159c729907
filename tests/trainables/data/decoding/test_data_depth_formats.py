"""Images of more than 8 bits, format by format: every value where it belongs."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from benchmarks.formats.by_hand import png, tiff
from tests.support.image_files import LEVELS, SIDE, as_u16_png, deep_set, noise, prepared, put, stored
from trainables.data import DataError


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("photometric", [0, 1])
def test_signed_sixteen_bits_are_read(tmp_path, order, photometric):
    def ct(values):
        return tiff(values.astype(np.int16), order=order, photometric=photometric)

    root = deep_set(tmp_path, ct, ending="tif", low=-1024, high=3071)
    values = LEVELS * 60 - 1000
    put(root, {"train/cat/x.tif": ct(values)})
    expected = np.rint((values + 1024) / 4095 * 255)
    image = stored(prepared(root), "train/cat/x.tif")[..., 0]
    assert (image == (255 - expected if photometric == 0 else expected)).all()


@pytest.mark.parametrize("order", "<>")
def test_min_is_white_of_sixteen_bits_is_inverted(tmp_path, order):
    def white_is_zero(values):
        return tiff(values.astype(np.uint16), photometric=0, order=order)

    root = deep_set(tmp_path, white_is_zero, ending="tif")
    put(root, {"train/cat/x.tif": white_is_zero(LEVELS * 65)})
    expected = 255 - np.rint(LEVELS * 65 / 4095 * 255)
    assert (stored(prepared(root), "train/cat/x.tif")[..., 0] == expected).all()
    stated = stored(prepared(root, window=(0, 4095)), "train/cat/x.tif")
    assert (stated[..., 0] == expected).all()


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_min_is_white_of_fewer_bits_is_inverted_once(tmp_path, bits):
    root = noise(tmp_path / "images", mode="L")
    packed = {1: np.full((SIDE, 1), 0b10000000), 4: np.full((SIDE, 4), 0x30), 8: np.full((SIDE, SIDE), 0x30)}
    put(root, {"train/cat/x.tif": tiff(packed[bits].astype(np.uint8), photometric=0, bits=bits)})
    first = {1: 0, 4: 255 - 0x33, 8: 255 - 0x30}[bits]
    assert stored(prepared(root), "train/cat/x.tif")[0, 0, 0] == first


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("kind", ["tif", "png"])
def test_coloured_images_keep_what_lies_below_their_upper_8_bits(tmp_path, order, channels, kind):
    rng = np.random.default_rng(5)

    def coloured(values):
        colours = rng.integers(0, 4096, (SIDE, SIDE, channels))
        colours[..., 0] = values
        if channels == 4:
            colours[..., 3] = 65535
        colours = colours.astype(np.uint16)
        if kind == "png":
            return png(colours)
        return tiff(colours, photometric=2, order=order, **({"tag_338": 2} if channels == 4 else {}))

    root = deep_set(tmp_path, coloured, ending=kind)
    put(root, {f"train/cat/x.{kind}": coloured(LEVELS * 65)})
    image = stored(prepared(root), f"train/cat/x.{kind}")
    assert (image[..., 0] == np.rint(LEVELS * 65 / 4095 * 255)).all()
    assert len(np.unique(image[..., 1])) > 40


def test_grey_of_sixteen_bits_with_opacity_shows_the_background(tmp_path):
    def with_alpha(values, opacity=65535):
        return png(np.stack([values, np.full((SIDE, SIDE), opacity)], axis=-1).astype(np.uint16))

    root = deep_set(tmp_path, with_alpha)
    put(
        root, {"train/cat/x.png": with_alpha(LEVELS * 65), "train/cat/clear.png": with_alpha(LEVELS * 900, 0)}
    )
    data = prepared(root)
    assert data.channels == 1
    assert (stored(data, "train/cat/x.png")[..., 0] == np.rint(LEVELS * 65 / 4095 * 255)).all()
    assert (stored(data, "train/cat/clear.png") == 255).all()
    assert any("values 0 ... 4095 become" in note for note in data.notes)


def test_the_transparent_value_of_a_deep_png_shows_the_background(tmp_path):
    root = deep_set(tmp_path, as_u16_png)
    clear = png((LEVELS * 65).astype(np.uint16), chunks=((b"tRNS", (65).to_bytes(2, "big")),))
    put(root, {"train/cat/x.png": clear})
    image = stored(prepared(root, background="black"), "train/cat/x.png")[..., 0]
    assert image[0, :3].tolist() == [0, 0, 8]


def test_values_that_are_no_numbers_are_a_problem_of_their_file(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/x.tif": tiff(np.full((SIDE, SIDE), np.nan, dtype=np.float32))})
    with pytest.raises(DataError, match=r"train/cat/x.tif: holds values that are no numbers"):
        prepared(root)


def test_signed_values_of_8_bits_are_not_taken_for_bright_ones(tmp_path):
    root = deep_set(tmp_path, lambda values: tiff(values.astype(np.int8)), ending="tif", low=-128, high=127)
    put(root, {"train/cat/x.tif": tiff((LEVELS - 32).astype(np.int8))})
    assert (stored(prepared(root), "train/cat/x.tif")[..., 0] == LEVELS - 32 + 128).all()


def test_planes_of_sixteen_bits_of_which_two_are_missing_are_refused_by_name(tmp_path):
    root = noise(tmp_path / "images")
    planes = tiff(np.zeros((SIDE, SIDE, 3), dtype=np.uint16), photometric=2, tag_284=2)
    put(root, {"train/cat/x.tif": planes})
    with pytest.raises(DataError, match=r"train/cat/x.tif: TIFF: a part of its pixels is missing"):
        prepared(root)


def test_every_order_of_bytes_is_read_compressed_or_not(tmp_path):
    kinds = [
        (dtype, order, compression)
        for dtype in ("i2", "i4", "u4", "f4", "f8")
        for order in "<>"
        for compression in (1, 8)
    ]
    files = {
        f"train/cat/{dtype}{'le' if order == '<' else 'be'}{compression}.tif": tiff(
            (LEVELS * 4 + number).astype(dtype), order=order, tag_259=compression
        )
        for number, (dtype, order, compression) in enumerate(kinds)
    }
    data = prepared(put(noise(tmp_path / "images", mode="L"), files), window=(0, 510))
    for number, name in enumerate(files):
        assert (stored(data, name)[..., 0] == np.rint((LEVELS * 4 + number) / 2)).all(), name


def ppm(values, *, most, plain=False):
    head = f"P{3 if plain else 6}\n# by hand\n{SIDE} {SIDE}\n{most}\n".encode()
    return head + (" ".join(map(str, values.ravel())).encode() if plain else values.astype(">u2").tobytes())


@pytest.mark.parametrize("plain", [False, True])
def test_colours_of_sixteen_bits_in_ppm_files_keep_their_lower_bits(tmp_path, plain):
    def coloured(values):
        return ppm(np.stack([values, values // 2, values // 3], axis=-1), most=65535, plain=plain)

    root = deep_set(tmp_path, coloured, ending="ppm")
    put(root, {"train/cat/x.ppm": coloured(LEVELS * 65)})
    image = stored(prepared(root), "train/cat/x.ppm")
    for channel in range(3):
        assert (image[..., channel] == np.rint(LEVELS * 65 // (channel + 1) / 4095 * 255)).all()


def test_the_greatest_level_that_a_ppm_states_is_white(tmp_path):
    root = noise(tmp_path / "images")
    put(root, {"train/cat/x.ppm": ppm(np.stack([LEVELS * 65] * 3, axis=-1), most=4095)})
    image = stored(prepared(root, window=(0, 65535)), "train/cat/x.ppm")
    assert (image[..., 0] == np.rint(LEVELS * 65 / 4095 * 255)).all()


@pytest.mark.parametrize("plain", [False, True])
def test_a_deep_ppm_that_ends_early_or_holds_too_much_is_named(tmp_path, plain):
    whole = ppm(np.full((SIDE, SIDE, 3), 300), most=4095, plain=plain)
    files = {"train/cat/cut.ppm": whole[:-9]}
    files["train/cat/over.ppm"] = ppm(np.full((SIDE, SIDE, 3), 5000), most=4095, plain=plain)
    with pytest.raises(DataError) as caught:
        prepared(put(noise(tmp_path / "images"), files))
    cut, over = caught.value.problems
    assert f"train/cat/cut.ppm: ends after {190 if plain else 187} of 192 levels" in cut
    assert "train/cat/over.ppm: holds levels beyond 0 ... 4095" in over


def jpeg2000(values, *, bits=16, signed=False):
    """Return a JPEG 2000 of whole numbers of so many bits; Pillow writes 16, and the header is mended."""
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "JPEG2000", no_jp2=True, irreversible=False)
    content = bytearray(buffer.getvalue())
    content[42] = bits - 1 + 0x80 * signed
    return bytes(content)


@pytest.mark.parametrize("signed", [False, True])
def test_a_jpeg_2000_keeps_its_values_whatever_its_depth(tmp_path, signed):
    # As the wavelets are of whole numbers, a header of fewer bits gives the same ones, about another middle.
    low = -2048 if signed else 0
    ramp = (np.arange(64 * 64).reshape(64, 64) - 2048 + 32768).astype(np.uint16)
    root = noise(tmp_path / "images", mode="L")
    put(root, {"train/cat/x.j2k": jpeg2000(ramp, bits=12, signed=signed)})
    image = stored(prepared(root, window=(low, low + 4095), image_size=64), "train/cat/x.j2k")[..., 0]
    assert (image == np.rint(np.arange(64 * 64).reshape(64, 64) / 4095 * 255)).all()


def test_colours_of_which_only_upper_bits_can_be_read_are_refused(tmp_path):
    root = noise(tmp_path / "images")
    colours = jpeg2000(np.full((SIDE, SIDE, 3), 100, np.uint8), bits=12)
    sgi = struct.pack(">HBBHHHHii4x80si404x", 474, 0, 2, 3, SIDE, SIDE, 3, 0, 65535, b"", 0)
    put(root, {"train/cat/x.j2k": colours, "train/cat/x.sgi": sgi + bytes(SIDE * SIDE * 3 * 2)})
    with pytest.raises(DataError) as caught:
        prepared(root)
    for name, bits in (("j2k", 12), ("sgi", 16)):
        (problem,) = [text for text in caught.value.problems if f"train/cat/x.{name}: " in text]
        assert f"has {bits} bits, of which only the upper ones can be read: convert it to PNG" in problem


def test_fits_is_refused_since_its_values_would_be_misread(tmp_path):
    cards = {"SIMPLE": "T", "BITPIX": 16, "NAXIS": 2, "NAXIS1": SIDE, "NAXIS2": SIDE, "BZERO": 32768}
    header = "".join(f"{name:<8}= {value:>20}".ljust(80) for name, value in cards.items()) + "END"
    files = {"train/cat/x.fits": header.ljust(2880).encode() + bytes(2880)}
    with pytest.raises(DataError, match=r"x.fits: FITS: convert it to PNG or TIFF of 8 or 16 bits"):
        prepared(put(noise(tmp_path / "images"), files))


def test_a_deep_grey_image_before_a_coloured_background_is_coloured(tmp_path):
    clear = png(np.stack([LEVELS * 1000, LEVELS * 1000], axis=-1).astype(np.uint16))
    root = put(noise(tmp_path / "images", mode="L"), {"train/cat/x.png": clear})
    data = prepared(root, window=(0, 65535), background=(255, 0, 0))
    assert stored(data, "train/cat/x.png")[0, 0].tolist() == [255, 0, 0]

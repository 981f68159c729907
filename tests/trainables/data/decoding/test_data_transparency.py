"""Transparent parts are hidden, in every kind of file that has them."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.formats.by_hand import png, tiff
from tests.support.image_files import HAS_AVIF, SIDE, noise, prepared, put, stored
from trainables.data import parse_source
from trainables.errors import SettingError

HIDDEN = (200, 40, 90)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def palette(alphas: bytes) -> bytes:
    image = Image.new("P", (SIDE, SIDE), 0)
    image.putpalette([*HIDDEN, 10, 20, 30])
    image.putpixel((0, 0), 1)
    return saved(image, transparency=alphas)


def grey(value: int) -> Image.Image:
    image = Image.new("L", (SIDE, SIDE), value)
    image.putpixel((0, 0), 77)
    return image


def keyed(mode: str, colour: object, kept: object) -> bytes:
    image = Image.new(mode, (SIDE, SIDE), colour)
    image.putpixel((0, 0), kept)
    return saved(image, transparency=colour)


def gif() -> bytes:
    image = Image.new("P", (SIDE, SIDE), 0)
    image.putpalette([*HIDDEN, 10, 20, 30])
    image.putpixel((0, 0), 1)
    return saved(image, "GIF", transparency=0)


CLEAR = {
    "RGBA in PNG": saved(Image.new("RGBA", (SIDE, SIDE), (*HIDDEN, 0))),
    "RGBA in WebP": saved(Image.new("RGBA", (SIDE, SIDE), (*HIDDEN, 0)), "WEBP", lossless=True, exact=True),
    "RGBA in TIFF": saved(Image.new("RGBA", (SIDE, SIDE), (*HIDDEN, 0)), "TIFF"),
    "RGBA in JPEG 2000": saved(Image.new("RGBA", (SIDE, SIDE), (*HIDDEN, 0)), "JPEG2000"),
    "grey and alpha": saved(Image.new("LA", (SIDE, SIDE), (90, 0))),
    "a palette with alphas": palette(bytes([0, 255])),
    "a GIF's colour": gif(),
    "a colour of RGB": keyed("RGB", HIDDEN, (1, 2, 3)),
    "a level of grey": keyed("L", 90, 77),
    "black of two": keyed("1", 0, 1),
}
if HAS_AVIF:
    CLEAR["RGBA in AVIF"] = saved(Image.new("RGBA", (SIDE, SIDE), (*HIDDEN, 0)), "AVIF", quality=100)


@pytest.mark.parametrize(("background", "shown"), [("white", 255), ("black", 0)])
def test_hidden_colours_do_not_appear(tmp_path, background, shown):
    root = put(
        noise(tmp_path / "images"), {f"train/cat/{i}.png": each for i, each in enumerate(CLEAR.values())}
    )
    data = prepared(root, background=background)
    for number, what in enumerate(CLEAR):
        assert (stored(data, f"train/cat/{number}.png")[-1, -1] == shown).all(), what
    (note,) = [note for note in data.notes if "transparent" in note]
    assert note == (
        f"{len(CLEAR)} images have transparent parts, which show the colour of data.background ({background})"
    )


def test_half_transparent_parts_mix_with_the_stated_colour(tmp_path):
    image = Image.new("RGBA", (SIDE, SIDE), (10, 20, 30, 51))
    root = put(noise(tmp_path / "images"), {"train/cat/x.png": saved(image)})
    data = prepared(root, background=(100, 120, 140))
    assert stored(data, "train/cat/x.png")[0, 0].tolist() == [82, 100, 118]  # a fifth and four fifths
    assert data.key != prepared(root).key


def test_premultiplied_colours_are_divided_by_their_opacity(tmp_path):
    premultiplied = np.full((SIDE, SIDE, 4), (50, 25, 100, 102))
    files = {
        "train/cat/x.tif": tiff(premultiplied.astype(np.uint8), photometric=2, tag_338=1),
        "train/cat/deep.tif": tiff((premultiplied * 257).astype(np.uint16), photometric=2, tag_338=1),
    }
    data = prepared(put(noise(tmp_path / "images"), files), window=(0, 65535))
    for name in files:  # over white: what is there already, and 255 - 102
        assert np.abs(stored(data, name)[0, 0].astype(int) - (203, 178, 253)).max() <= 1, name


def test_opaque_images_change_nothing_and_grey_stays_grey(tmp_path):
    root = noise(tmp_path / "images", mode="L")
    opaque, clear = Image.new("LA", (SIDE, SIDE), (90, 255)), Image.new("LA", (SIDE, SIDE), (90, 102))
    put(root, {"train/cat/x.png": saved(opaque), "train/cat/y.png": saved(clear)})
    data = prepared(root)
    assert data.channels == 1
    assert (stored(data, "train/cat/x.png") == 90).all()
    assert (stored(data, "train/cat/y.png") == 189).all()
    assert any(note.startswith("1 image has transparent parts") for note in data.notes)
    assert prepared(root, background=(255, 0, 0)).channels == 3


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("background", "red", "white, black, or red, green and blue from 0 to 255"),
        ("background", [0, 0, 256], "white, black, or red"),
        ("background", [0, 0], "white, black, or red"),
        ("window", [100, 100], "two numbers, the lower first"),
        ("window", [0, float("nan")], "two numbers, the lower first"),
        ("window", [0, 10**400], "two numbers, the lower first"),
        ("window", [False, 100], "two numbers, the lower first"),
        ("window", 255, "two numbers, the lower first"),
        ("pages", "all", "refuse or first"),
    ],
)
def test_wrong_settings_are_refused_with_what_is_allowed(key, value, said):
    with pytest.raises(SettingError) as caught:
        parse_source({"folder": "x", key: value}, "data.target")
    (problem,) = caught.value.problems
    assert problem.field == key
    assert f"data.target.{key}: " in str(caught.value)
    assert said in problem.allowed


def test_settings_of_pixels_are_read_from_a_study_file():
    source = parse_source(
        {"folder": "x", "window": [-1024, 3071.5], "background": [1, 2, 3], "pages": "first"}, "data.target"
    )
    assert (source.window, source.background, source.pages) == ((-1024, 3071.5), (1, 2, 3), "first")


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_transparent_level_of_a_grey_png_is_found_at_any_depth(tmp_path, bits):
    packed = np.full((SIDE, SIDE * bits // 8), 0, dtype=np.uint8)
    packed[0, 0] = 1 << (8 - bits)  # level 1, and beside it level 0 at fewer than 8 bits
    content = png(packed, chunks=((b"tRNS", b"\0\1"),), bits=bits)
    data = prepared(put(noise(tmp_path / "images", mode="L"), {"train/cat/x.png": content}))
    image = stored(data, "train/cat/x.png")[..., 0]
    assert image[0, 0] == 255
    assert not image.reshape(-1)[1:].any()

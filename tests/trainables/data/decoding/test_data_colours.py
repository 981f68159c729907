"""Colours mean the same in every file: profiles, inks and other colour spaces end in sRGB."""

import contextlib
import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from benchmarks.formats.by_hand import png
from benchmarks.formats.colour_profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    cmyk_profile,
    grey_profile,
    rgb_profile,
    srgb_of,
)
from tests.support.image_files import HAS_AVIF, SIDE, noise, prepared, put, stored

COLOUR = (60, 180, 100)
FORMATS = {"PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}
FORMATS |= {"AVIF": {"quality": 100, "subsampling": "4:4:4"}} if HAS_AVIF else {}


def flat(colour, mode="RGB", kind="PNG", profile=None, **options) -> bytes:
    buffer = io.BytesIO()
    if profile is not None:
        options["icc_profile"] = profile
    Image.new(mode, (SIDE, SIDE), colour).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("primaries", [ADOBE_RGB, DISPLAY_P3])
def test_profiles_of_other_colours_are_converted_in_every_format(tmp_path, primaries):
    profile = rgb_profile(primaries, gamma=2.19921875)
    expected = srgb_of(COLOUR, primaries, 2.19921875)
    assert np.abs(expected - COLOUR).max() > 20
    files = {
        f"train/cat/{kind}": flat(COLOUR, "RGB", kind, profile, **opts) for kind, opts in FORMATS.items()
    }
    data = prepared(put(noise(tmp_path / "images"), files), duplicates="report")
    for kind in FORMATS:
        image = stored(data, f"train/cat/{kind}").astype(float)
        assert np.abs(image - expected).max() <= (4 if kind in ("JPEG", "AVIF") else 1.5), kind
    assert "5 images were converted to sRGB from the colour profile within" in data.notes


def test_palettes_and_alpha_are_converted_too(tmp_path):
    profile = rgb_profile(ADOBE_RGB, gamma=2.19921875)
    palette = Image.new("P", (SIDE, SIDE), 0)
    palette.putpalette(list(COLOUR))
    buffer = io.BytesIO()
    palette.save(buffer, "PNG", icc_profile=profile)
    files = {
        "train/cat/p.png": buffer.getvalue(),
        "train/cat/a.png": flat((*COLOUR, 255), "RGBA", "PNG", profile),
    }
    files["train/cat/half.png"] = flat((*COLOUR, 51), "RGBA", "PNG", profile)
    data = prepared(put(noise(tmp_path / "images"), files))
    expected = srgb_of(COLOUR, ADOBE_RGB, 2.19921875)
    for name in ("p", "a"):
        assert np.abs(stored(data, f"train/cat/{name}.png") - expected).max() <= 1.5
    assert np.abs(stored(data, "train/cat/half.png") - (0.2 * expected + 204)).max() <= 1.5


def test_deep_images_are_converted_after_the_mapping(tmp_path):
    import zlib

    profile = b"p\0\0" + zlib.compress(rgb_profile(ADOBE_RGB, gamma=2.19921875))
    deep = np.full((SIDE, SIDE, 3), np.array(COLOUR) * 257, dtype=np.uint16)
    files = {"train/cat/x.png": png(deep, chunks=((b"iCCP", profile),))}
    image = stored(prepared(put(noise(tmp_path / "images"), files), window=(0, 65535)), "train/cat/x.png")
    assert np.abs(image - srgb_of(COLOUR, ADOBE_RGB, 2.19921875)).max() <= 1.5


def test_srgb_under_any_name_changes_no_pixel(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", icc_profile=profile)
    data = prepared(put(noise(tmp_path / "images"), {"train/cat/x.png": buffer.getvalue()}))
    assert (stored(data, "train/cat/x.png") == pixels).all()
    assert not [note for note in data.notes if "profile" in note]


def test_grey_profiles_are_converted_and_grey_stays_grey(tmp_path):
    files = {"train/cat/x.png": flat(100, "L", "PNG", grey_profile(gamma=1.0))}
    data = prepared(put(noise(tmp_path / "images", mode="L"), files))
    linear = 100 / 255
    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert data.channels == 1
    assert np.abs(stored(data, "train/cat/x.png") - expected).max() <= 1.5


def test_broken_profiles_and_those_of_other_pixels_are_ignored_and_noted(tmp_path):
    good = rgb_profile(SRGB, gamma=2.2)
    profiles = {
        "noise": b"not a profile",
        "cut": good[:200],
        "tags beyond the end": good[:300],
        "of grey": grey_profile(gamma=1.0),
        "of inks": cmyk_profile(lambda *inks: (50, 0, 0)),
    }
    files = {
        f"train/cat/{i}.png": flat(COLOUR, "RGB", "PNG", each) for i, each in enumerate(profiles.values())
    }
    data = prepared(put(noise(tmp_path / "images"), files))
    for number, what in enumerate(profiles):
        assert (stored(data, f"train/cat/{number}.png") == COLOUR).all(), what
    assert "5 images carry a colour profile that cannot be used: taken for sRGB" in data.notes


def test_inks_without_a_profile_are_converted_by_the_plain_formula(tmp_path):
    inks = (51, 102, 153, 51)
    files = {
        "train/cat/x.jpg": flat(inks, "CMYK", "JPEG", quality=100),
        "train/cat/x.tif": flat(inks, "CMYK", "TIFF"),
    }
    data = prepared(put(noise(tmp_path / "images"), files), duplicates="report")
    expected = [(255 - ink) * (255 - 51) / 255 for ink in inks[:3]]
    for name in files:
        assert np.abs(stored(data, name) - expected).max() <= 3, name
    assert "2 images are CMYK without a colour profile, converted by the plain formula" in data.notes


def test_inks_are_converted_by_their_profile(tmp_path):
    # black ink alone darkens: white at 0, Lab (20, 0, 0) at full; other inks do nothing here
    profile = cmyk_profile(lambda c, m, y, k: (20 if k else 100, 0, 0))
    inks = (255, 128, 0, 255)
    files = {
        "train/cat/x.jpg": flat(inks, "CMYK", "JPEG", profile, quality=100),
        "train/cat/x.tif": flat(inks, "CMYK", "TIFF", profile),
        "train/dog/x.tif": flat((200, 100, 50, 0), "CMYK", "TIFF", profile),
    }
    data = prepared(put(noise(tmp_path / "images"), files), duplicates="report")
    for name in ("train/cat/x.jpg", "train/cat/x.tif"):
        image = stored(data, name).astype(int)
        assert np.ptp(image) <= 2, name
        assert image.max() < 60, name  # Lab 20 is level 48; less by black point compensation
    assert (stored(data, "train/dog/x.tif") >= 253).all()


def test_lab_and_ycbcr_become_rgb(tmp_path):
    red = Image.new("RGB", (SIDE, SIDE), (200, 60, 40))
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab, ycbcr = io.BytesIO(), io.BytesIO()
    ImageCms.applyTransform(red, to_lab).save(lab, "TIFF")
    red.convert("YCbCr").save(ycbcr, "TIFF")
    files = {"train/cat/lab.tif": lab.getvalue()}
    with contextlib.suppress(OSError):  # Pillow before 13 does not read this one, which it writes
        Image.open(ycbcr).load()
        files["train/cat/ycbcr.tif"] = ycbcr.getvalue()
    data = prepared(put(noise(tmp_path / "images"), files), duplicates="report")
    for name in files:
        assert np.abs(stored(data, name).astype(int) - (200, 60, 40)).max() <= 3, name


def test_another_gamma_of_a_png_is_not_applied_but_noted(tmp_path):
    pixels = np.full((SIDE, SIDE, 3), COLOUR, dtype=np.uint8)
    files = {"train/cat/x.png": png(pixels, chunks=((b"gAMA", (100_000).to_bytes(4, "big")),))}
    files["train/dog/x.png"] = png(pixels + 1, chunks=((b"gAMA", (45_455).to_bytes(4, "big")),))
    srgb = (b"gAMA", (100_000).to_bytes(4, "big")), (b"sRGB", b"\0")  # the latter goes before the former
    files["train/dog/y.png"] = png(pixels + 2, chunks=srgb)
    data = prepared(put(noise(tmp_path / "images"), files))
    assert (stored(data, "train/cat/x.png") == COLOUR).all()
    assert "1 PNG states another gamma than sRGB's, which is not applied" in data.notes


def test_the_profile_of_a_jpeg_2000_is_read(tmp_path):
    def box(name: bytes, content: bytes) -> bytes:
        return (8 + len(content)).to_bytes(4, "big") + name + content

    content = flat(COLOUR, "RGB", "JPEG2000", irreversible=False)
    header, codestream = content.index(b"jp2h") - 4, content.index(b"jp2c") - 4
    sizes = content[header + 8 : content.index(b"colr") - 4]
    colours = box(b"colr", b"\2\0\0" + rgb_profile(ADOBE_RGB, gamma=2.19921875))
    files = {"train/cat/x.jp2": content[:header] + box(b"jp2h", sizes + colours) + content[codestream:]}
    data = prepared(put(noise(tmp_path / "images"), files))
    expected = srgb_of(COLOUR, ADOBE_RGB, 2.19921875)
    assert np.abs(stored(data, "train/cat/x.jp2") - expected).max() <= 1.5

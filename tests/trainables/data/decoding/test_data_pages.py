"""Files with more than one picture, and pictures that stand on their side."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from benchmarks.formats.by_hand import tiff
from tests.support.image_files import HAS_AVIF, SIDE, noise, prepared, put, stored
from trainables.data import DataError

PICTURES = [
    np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8) for seed in range(3)
]
CORNER = np.zeros((SIDE, SIDE), dtype=np.uint8)
CORNER[: SIDE // 2, : SIDE // 2] = 240
AVIF = ("AVIF",) if HAS_AVIF else ()
EXACT = {"TIFF": {}, "GIF": {}, "PNG": {}, "WEBP": {"lossless": True}}


def pages(kind: str, num: int = 3) -> bytes:
    buffer = io.BytesIO()
    first, *others = [Image.fromarray(pixels) for pixels in PICTURES[:num]]
    more = {"save_all": True, "append_images": others} if num > 1 else {}
    first.save(buffer, kind, **more, **EXACT.get(kind, {}))
    return buffer.getvalue()


def test_several_pages_or_frames_are_refused_or_the_first_is_taken(tmp_path):
    kinds = ("TIFF", "GIF", "PNG", "WEBP", *AVIF)
    root = put(noise(tmp_path / "images"), {f"train/cat/{kind}": pages(kind) for kind in kinds})
    with pytest.raises(DataError) as caught:
        prepared(root)
    assert len(caught.value.problems) == len(kinds)
    for kind in kinds:
        what = "pages" if kind == "TIFF" else "frames"
        (problem,) = [text for text in caught.value.problems if kind in text]
        assert problem.endswith(
            f"/{kind}: holds 3 {what}: split it into files, or take the first of each (pages: first)"
        )
    data = prepared(root, pages="first", duplicates="report")
    assert (
        f"of {len(kinds)} files with several pages or frames the first is taken (pages: first)" in data.notes
    )
    for kind in ("TIFF", "PNG", "WEBP"):
        assert (stored(data, f"train/cat/{kind}") == PICTURES[0]).all(), kind


def test_a_single_page_is_an_image_like_others(tmp_path):
    files = {f"train/cat/{kind}": pages(kind, 1) for kind in ("TIFF", "GIF", "PNG", "WEBP")}
    assert prepared(put(noise(tmp_path / "images"), files)).counts["train"] == (5, 1)


@pytest.mark.parametrize("tag", [1, 4])
def test_reduced_copies_and_masks_in_a_tiff_are_no_pages(tmp_path, tag):
    buffer = io.BytesIO()
    small = Image.fromarray(PICTURES[1][:4, :4])
    small.encoderinfo = {"tiffinfo": {254: tag}}
    Image.fromarray(PICTURES[0]).save(buffer, "TIFF", save_all=True, append_images=[small])
    root = put(noise(tmp_path / "images"), {"train/cat/x.tif": buffer.getvalue()})
    assert (stored(prepared(root), "train/cat/x.tif") == PICTURES[0]).all()


def test_a_tiff_whose_first_page_is_a_thumbnail_gives_the_whole_picture(tmp_path):
    buffer = io.BytesIO()
    whole = Image.fromarray(PICTURES[0])
    whole.encoderinfo = {"tiffinfo": {254: 0}}
    Image.fromarray(PICTURES[1][:4, :4]).save(
        buffer, "TIFF", save_all=True, append_images=[whole], tiffinfo={254: 1}
    )
    root = put(noise(tmp_path / "images"), {"train/cat/x.tif": buffer.getvalue()})
    assert (stored(prepared(root), "train/cat/x.tif") == PICTURES[0]).all()


def test_of_a_jpeg_with_previews_the_picture_is_taken_and_that_is_noted(tmp_path):
    buffer = io.BytesIO()
    flat = [Image.new("RGB", (SIDE, SIDE), colour) for colour in ((200, 10, 10), (10, 200, 10))]
    flat[0].save(buffer, "MPO", save_all=True, append_images=flat[1:], quality=95)
    root = put(noise(tmp_path / "images"), {"train/cat/x.jpg": buffer.getvalue()})
    data = prepared(root)
    assert np.abs(stored(data, "train/cat/x.jpg").astype(int) - (200, 10, 10)).max() < 4
    assert any(note.startswith("1 JPEG holds further pictures") for note in data.notes)


def turned(kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    Image.fromarray(CORNER).convert("RGB").save(buffer, kind, exif=exif, **EXACT.get(kind, {"quality": 95}))
    return buffer.getvalue()


def test_pictures_are_turned_as_their_orientation_says_in_every_format(tmp_path):
    upright = {2: np.fliplr(CORNER), 3: np.rot90(CORNER, 2), 6: np.rot90(CORNER, -1), 8: np.rot90(CORNER)}
    kinds = ("JPEG", "PNG", "WEBP", "TIFF", "MPO", *AVIF)
    files = {f"train/cat/{kind}{how}": turned(kind, how) for kind in kinds for how in upright}
    data = prepared(put(noise(tmp_path / "images"), files))
    for name in files:
        image = stored(data, name)[..., 0]
        assert np.abs(image.astype(int) - upright[int(name[-1])]).max() < 60, name


def test_channels_beside_the_colours_are_left_out_and_counted(tmp_path):
    pixels = np.random.default_rng(9).integers(0, 256, (SIDE, SIDE, 4), dtype=np.uint8)
    files = {
        "train/cat/infrared.tif": tiff(pixels, photometric=2, tag_338=0),
        "train/cat/opacity.tif": tiff(pixels | 255, photometric=2, tag_338=2),
        "train/cat/deep.tif": tiff(pixels.astype(np.uint16) * 257, photometric=2, tag_338=0),
    }
    data = prepared(put(noise(tmp_path / "images"), files), duplicates="report", window=(0, 65535))
    for name in ("infrared", "deep"):
        assert (stored(data, f"train/cat/{name}.tif") == pixels[..., :3]).all()
    (note,) = [note for note in data.notes if "channels" in note]
    assert note == "2 TIFFs hold channels beside the colours (infrared, masks), which are not read"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_a_plain_tiff_is_turned_as_it_says(tmp_path, dtype, orientation):
    grey = np.arange(6 * 4).reshape(6, 4) * 10
    turned = (
        grey, grey[:, ::-1], grey[::-1, ::-1], grey[::-1], grey.T, np.rot90(grey, -1), grey[::-1, ::-1].T,
        np.rot90(grey),
    )[orientation - 1]  # fmt: skip
    content = tiff(grey.astype(dtype), tag_274=orientation)
    root = put(noise(tmp_path / "images", mode="L"), {"train/cat/x.tif": content})
    data = prepared(
        root, image_size=6, fit="pad", background="black", window=(0, 255) if dtype == "u2" else None
    )
    image = stored(data, "train/cat/x.tif")[..., 0]
    inside = image[:, 1:5] if turned.shape == (6, 4) else image[1:5]
    assert (inside == turned).all()


def imagej(num: int) -> bytes:
    """Return the first page of a stack whose other pictures lie behind it, as ImageJ writes large ones."""
    content, text = tiff(PICTURES[0][..., 0]), f"ImageJ=1.54f\nimages={num}\nslices={num}\n\0".encode()
    at = int.from_bytes(content[4:8], "little")
    num_tags = int.from_bytes(content[at : at + 2], "little")
    entry = struct.pack("<HHII", 270, 2, len(text), len(content) + 12)
    # After the entries for sides and depth (256 to 262), which have lower numbers.
    head, rest = content[: at + 2 + 5 * 12], content[at + 2 + 5 * 12 :]
    return head[:at] + struct.pack("<H", num_tags + 1) + head[at + 2 :] + entry + rest + text


def test_slices_of_a_volume_are_refused_or_the_first_is_taken(tmp_path):
    volume = tiff(PICTURES[1][..., 0], tag_32997=5)
    files = {"train/cat/volume.tif": volume, "train/cat/stack.tif": imagej(5), "train/dog/one.tif": imagej(1)}
    root = put(noise(tmp_path / "images", mode="L"), files)
    with pytest.raises(DataError) as caught:
        prepared(root)
    assert len(caught.value.problems) == 2
    assert all("holds 5 slices: split it into files" in problem for problem in caught.value.problems)
    data = prepared(root, pages="first", duplicates="report")
    for name, number in (("stack", 0), ("volume", 1)):
        assert (stored(data, f"train/cat/{name}.tif")[..., 0] == PICTURES[number][..., 0]).all()
    assert any(note.startswith("of 2 files with several pages") for note in data.notes)


def test_a_page_that_cannot_be_read_is_said_to_be_one(tmp_path):
    content = bytearray(tiff(PICTURES[0][..., 0]))
    mask = tiff(np.zeros((SIDE, 1), np.uint8), bits=1, photometric=4)
    at = int.from_bytes(content[4:8], "little")
    after = at + 2 + 12 * int.from_bytes(content[at : at + 2], "little")
    content[after : after + 4] = (len(content) + int.from_bytes(mask[4:8], "little")).to_bytes(4, "little")
    root = put(noise(tmp_path / "images"), {"train/cat/x.tif": bytes(content) + mask})
    with pytest.raises(DataError, match=r"x.tif: holds a page that Pillow does not read \(a mask\?\)"):
        prepared(root)

"""Kinds of files, told by their bytes: what cannot be read is named, never skipped."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from benchmarks.formats.by_hand import tiff
from tests.support.image_files import GIVEN, HAS_AVIF, SIDE, noise, prepared, put, stored
from trainables.data import DataError

PIXELS = np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def brand(main: bytes, *others: bytes) -> bytes:
    return (
        (16 + 4 * len(others)).to_bytes(4, "big")
        + b"ftyp"
        + main
        + b"\0\0\0\0"
        + b"".join(others)
        + bytes(200)
    )


def encoded(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind, **options)
    return buffer.getvalue()


UNREADABLE = {
    "HEIC": (brand(b"heic", b"mif1", b"heic"), "HEIC: pip install 'lrstudy[heif]'"),
    "HEIC under a brand for all images": (
        brand(b"mif1", b"heic"),
        "HEIC: pip install 'lrstudy[heif]'",
    ),
    "HEIC that does not say how it is coded": (
        brand(b"mif1", b"miaf"),
        "HEIC: pip install 'lrstudy[heif]'",
    ),
    "JPEG XL": (b"\xff\x0a" + bytes(100), "JPEG XL: pip install pillow-jxl-plugin"),
    "JPEG XL in a container": (
        b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99),
        "JPEG XL: pip install pillow-jxl-plugin",
    ),
    "DICOM": (bytes(128) + b"DICM" + bytes(50), "DICOM: holds no picture"),
    "CR2": (b"II*\0\x10\0\0\0CR\x02\0" + bytes(90), "raw photograph: develop it"),
    "CR3": (brand(b"crx ", b"crx ", b"isom"), "raw photograph: develop it"),
    "RAF": (b"FUJIFILMCCD-RAW 0201" + bytes(90), "raw photograph: develop it"),
    "DNG": (tiff(PIXELS[..., 0], tag_50706=1), "a raw photograph, of which only a preview"),
    "NEF": (tiff(PIXELS[..., 0], tag_254=1, tag_330=8), "a raw photograph, of which only a preview"),
    "OpenEXR": (b"\x76\x2f\x31\x01" + bytes(90), "OpenEXR: convert it"),
    "PAM": (b"P7\nWIDTH 8\nHEIGHT 8\n" + bytes(90), "PAM: convert it"),
    "a PFM of colours": (b"PF\n8 8\n-1.0\n" + bytes(768), "train/cat/"),
    "a JPEG 2000 cut short": (b"\xff\x4f\xff\x51" + bytes(20), "train/cat/"),
    "a broken AVIF": (brand(b"avif", b"mif1"), "train/cat/"),
    "a TIFF of complex numbers": (tiff(np.zeros((8, 8), np.uint16), tag_339=5), "TIFF: it may be broken"),
}


@pytest.mark.parametrize("name", ["x.jpg", "x.bin", "x", "X.PNG"])
def test_surely_images_that_cannot_be_read_are_named_whatever_their_name(tmp_path, monkeypatch, name):
    monkeypatch.setattr("trainables.data.decoding.opening._PLUG_INS", {})
    root = noise(tmp_path / "images")
    for number, (content, _) in enumerate(UNREADABLE.values()):
        put(root, {f"train/cat/{number:02d}{name}": content})
    with pytest.raises(DataError) as caught:
        prepared(root)
    assert len(caught.value.problems) == len(UNREADABLE)
    for number, (what, (_, said)) in enumerate(UNREADABLE.items()):
        (problem,) = [text for text in caught.value.problems if f"train/cat/{number:02d}{name}" in text]
        assert problem.startswith("cannot be decoded: "), what
        assert said in problem, what


@pytest.mark.parametrize(
    "suffix", ["heic", "HEIC", "heif", "dcm", "jxl", "jfif", "avif", "j2k", "nef", "mpo"]
)
def test_an_ending_that_promises_an_image_makes_a_problem_of_any_content(tmp_path, suffix):
    root = put(noise(tmp_path / "images"), {f"train/cat/x.{suffix}": b"nothing"})
    with pytest.raises(DataError, match=rf"train/cat/x.{suffix}: no image that Pillow knows"):
        prepared(root)


def test_a_class_of_photographs_that_cannot_be_read_is_never_thinned_out(tmp_path, monkeypatch):
    monkeypatch.setattr("trainables.data.decoding.opening._PLUG_INS", {})
    root = noise(tmp_path / "images")
    put(root, {f"train/cat/IMG_{number}.HEIC": UNREADABLE["HEIC"][0] for number in range(16)})
    with pytest.raises(DataError) as caught:
        prepared(root)
    assert len(caught.value.problems) == 16


READABLE = {
    "x.JPG": ("PNG", {}),
    "x": ("PNG", {}),
    "x.dat": ("BMP", {}),
    "y.jfif": ("JPEG", {"quality": 100, "subsampling": 0}),
    "x.j2k": ("JPEG2000", {"no_jp2": True}),
    "y.photo": ("JPEG2000", {}),
    "z.avif": ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
    "z": ("TIFF", {}),
    "w.tmp": ("WEBP", {"lossless": True}),
    "p.pnm": ("PPM", {}),
    "q": ("PPM", {}),
    "g.qoi": ("QOI", {}),
    "t.tga": ("TGA", {}),
    "t.pcx": ("PCX", {}),
    "t.sgi": ("SGI", {}),
}


@pytest.mark.parametrize("name", READABLE)
def test_what_pillow_reads_is_read_whatever_its_name(tmp_path, name):
    kind, options = READABLE[name]
    if kind == "AVIF" and not HAS_AVIF:
        pytest.skip("this Pillow has no AVIF")
    root = put(noise(tmp_path / "images"), {f"train/cat/{name}": encoded(kind, **options)})
    image = stored(prepared(root), f"train/cat/{name}")
    assert np.abs(image.astype(int) - PIXELS).max() <= (12 if kind in ("JPEG", "AVIF") else 0)


def test_a_plug_in_is_asked_for_what_pillow_does_not_read(tmp_path, monkeypatch):
    def opened(file, name):
        file.close()
        return PngImagePlugin.PngImageFile(io.BytesIO(encoded("PNG")))

    def load() -> bool:
        monkeypatch.setattr(Image, "ID", [*Image.ID, "FAKE"])
        monkeypatch.setitem(Image.OPEN, "FAKE", (opened, lambda prefix: prefix.startswith(b"\xff\x0a")))
        return True

    monkeypatch.setattr("trainables.data.decoding.opening._PLUG_INS", {"JPEG XL": load})
    root = put(noise(tmp_path / "images"), {"train/cat/x.jxl": UNREADABLE["JPEG XL"][0]})
    assert (stored(prepared(root), "train/cat/x.jxl") == PIXELS).all()


def test_a_film_and_a_text_are_no_images(tmp_path):
    root = noise(tmp_path / "images")
    for number in range(18):
        put(
            root,
            {f"train/cat/{number:02d}.bmp": tiff(np.full((8, 8, 3), number * 9, np.uint8), photometric=2)},
        )
    put(root, {"train/cat/x.mov": brand(b"qt  ", b"qt  "), "train/cat/x.txt": b"notes"})
    data = prepared(root)
    assert "skipped 2 files that are no images: train/cat/x.mov, train/cat/x.txt" in data.notes


@pytest.mark.parametrize("num_images", [17, 18])
def test_a_class_that_loses_over_a_tenth_of_its_files_is_a_problem(tmp_path, num_images):
    root = noise(tmp_path / "images", names=tuple(name for name in GIVEN if name != "train/cat"))
    for number in range(num_images):
        put(
            root,
            {f"train/cat/{number:02d}.tif": tiff(np.full((8, 8, 3), number * 9, np.uint8), photometric=2)},
        )
    put(root, {"train/cat/a.xyz": b"\1\2\3", "train/cat/deeper/b.xyz": b"\1\2\3"})
    if num_images == 18:  # 2 of 20
        assert prepared(root).counts["train"] == (18, 1)
        return
    with pytest.raises(DataError) as caught:
        prepared(root)
    (problem,) = caught.value.problems
    assert "over a tenth of a class: train/cat: 2 of 19 (train/cat/a.xyz, train/cat/deeper/b.xyz)" in problem


def test_notes_that_belong_to_images_are_no_loss(tmp_path):
    root = noise(tmp_path / "images")
    put(root, {f"{folder}/000.xml": b"<box/>" for folder in GIVEN} | {"train/cat/000.png.txt": b"a cat"})
    assert prepared(root).counts["train"] == (1, 1)


DROPPINGS = (
    "train/cat/@eaDir/000.png/SYNOPHOTO_THUMB_M.png",
    "train/@eaDir/cat/x.png",
    "@eaDir/x.png",
    "train/cat/._000.png",
    "train/cat/.thumbs/000.png",
    "train/.thumbnails/000.png",
    "train/cat/.@__thumb/000.png",
    "train/cat/@__thumb/000.png",
    "train/cat/.ipynb_checkpoints/000-checkpoint.png",
    "__MACOSX/train/cat/._000.png",
    "#recycle/x.png",
    "$RECYCLE.BIN/x.png",
    "train/cat/Thumbs.db",
    "train/cat/THUMBS.DB",
    "train/cat/desktop.ini",
    "train/cat/.DS_Store",
    "train/cat/000.png~",
    ".hidden/x.png",
    "train/cat/IMG_0001.THM",
)


def test_droppings_are_neither_images_nor_classes_and_are_counted(tmp_path):
    root = noise(tmp_path / "images")
    data = prepared(root)
    put(root, {name: encoded("PNG") for name in DROPPINGS})
    again = prepared(root, split_seed=1)
    assert again.counts == data.counts
    assert again.classes == ("cat", "dog")
    (note,) = [note for note in again.notes if note.startswith("skipped")]
    assert note.startswith("skipped 19 files that are hidden or left by a system: ")


def test_images_outside_of_any_class_are_noted(tmp_path):
    root = noise(tmp_path / "images", names=("cat", "dog"))
    for number in range(20):
        put(root, {f"{name}/{number}.png": encoded_noise(number, name) for name in ("cat", "dog")})
    put(root, {"stray.png": encoded("PNG")})
    assert "skipped 1 image outside of any class's folder: stray.png" in prepared(root).notes


def encoded_noise(seed: int, name: str) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng([seed, len(name), ord(name[0])]).integers(
        0, 256, (8, 8, 3), dtype=np.uint8
    )
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()

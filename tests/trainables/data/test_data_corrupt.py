"""Twenty ways in which a file of a folder of images is no image: each is named, and nothing is stored."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataError, DataSource, prepare

GIVEN = {f"{split}/{name}": 2 for split in ("train", "val", "test") for name in ("cat", "dog")}
PIXELS = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind)
    return buffer.getvalue()


def cut(kind: str, fraction: float = 0.5) -> bytes:
    whole = encoded(kind)
    return whole[: int(len(whole) * fraction)]


def png(*, width: int = 64, height: int = 64, data: bytes | None = None, wrong_sum: bool = False) -> bytes:
    """Return a PNG put together by hand: any size in its header, any data, a wrong checksum."""
    rows = b"".join(b"\0" + row.tobytes() for row in PIXELS)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows) if data is None else data),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content) ^ (wrong_sum and name == b"IHDR"))
        for name, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cat.png", encoded("PNG"))
    return buffer.getvalue()


CORRUPT: dict[str, tuple[str, bytes]] = {
    "an empty file": ("a.png", b""),
    "one byte": ("a.png", b"\x89"),
    "zeros": ("a.png", bytes(4000)),
    "noise": ("a.jpg", PIXELS.tobytes()),
    "a text": ("a.jpg", b"not an image\n" * 40),
    "a page of a server's error": ("a.jpg", b"<!doctype html><html><title>404</title></html>"),
    "a drawing in SVG": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'),
    "a ZIP file": ("a.png", zipped()),
    "a PNG cut in half": ("a.png", cut("PNG")),
    "a PNG cut in its header": ("a.png", encoded("PNG")[:20]),
    "a PNG whose header has a wrong checksum": ("a.png", png(wrong_sum=True)),
    "a PNG whose pixels are no zlib data": ("a.png", png(data=b"x" * 500)),
    "a PNG without a width": ("a.png", png(width=0)),
    "a PNG that claims to be huge": ("a.png", png(width=200_000, height=200_000)),
    "a JPEG cut in half": ("a.jpg", cut("JPEG")),
    "a JPEG cut in its header": ("a.jpg", encoded("JPEG")[:30]),
    "a GIF cut in half": ("a.gif", cut("GIF")),
    "a BMP cut in half": ("a.bmp", cut("BMP")),
    "a TIFF cut in half": ("a.tiff", cut("TIFF")),
    "a WebP cut in half": ("a.webp", cut("WEBP")),
}


def test_there_are_twenty_kinds() -> None:
    assert len(CORRUPT) == 20


@pytest.mark.parametrize("kind", CORRUPT)
def test_a_corrupt_image_is_named_and_nothing_is_stored(
    make_folder: Callable[..., Path], cache: Path, kind: str
) -> None:
    root = make_folder(GIVEN)
    name, content = CORRUPT[kind]
    (root / "train" / "cat" / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), image_size=8), cache=cache)
    (problem,) = caught.value.problems
    assert f"train/cat/{name}" in problem
    assert not [path for path in (cache / "data").glob("*") if path.suffix != ".lock"]


def test_all_of_them_are_named_at_once(make_folder: Callable[..., Path], cache: Path) -> None:
    root = make_folder(GIVEN)
    for number, (name, content) in enumerate(CORRUPT.values()):
        (root / "train" / "dog" / f"{number:02d}-{name}").write_bytes(content)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), image_size=8), cache=cache)
    named = " ".join(caught.value.problems)
    assert all(f"train/dog/{number:02d}-" in named for number in range(len(CORRUPT)))

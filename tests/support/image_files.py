"""Image files of kinds that Pillow cannot write, put together by hand; and one image of each as it is prepared."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from trainables.data import DataSource, PreparedData, prepare

SIDE = 8
Image.init()
HAS_AVIF = "AVIF" in Image.SAVE
"""Whether this Pillow writes AVIF: from 11.3 on."""

GIVEN = tuple(f"{split}/{name}" for split in ("train", "val", "test") for name in ("cat", "dog"))
_TYPES = {np.dtype("u1"): 1, np.dtype("u2"): 1, np.dtype("u4"): 1, np.dtype("i1"): 2, np.dtype("i2"): 2}
_TYPES |= {np.dtype("i4"): 2, np.dtype("f4"): 3, np.dtype("f8"): 3}


def tiff(
    values: np.ndarray, *, photometric: int = 1, order: str = "<", bits: int | None = None, **tags: int
) -> bytes:
    """Return a TIFF of one strip. Values have the shape (h, w) or (h, w, c); `tag_NUMBER` adds or changes a tag."""
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 1
    data = values.tobytes() if bits in (1, 4) else values.astype(values.dtype.newbyteorder(order)).tobytes()
    if tags.get("tag_259") == 8:
        data = zlib.compress(data)
    depth = bits or values.dtype.itemsize * 8
    if bits in (1, 4):
        width = width * 8 // bits
    entries = {
        256: width,
        257: height,
        258: depth,
        259: 1,
        262: photometric,
        273: 8,
        277: channels,
        278: height,
    }
    entries |= {279: len(data), 339: _TYPES[values.dtype]}
    entries |= {int(name.removeprefix("tag_")): value for name, value in tags.items()}
    directory = 8 + len(data) + len(data) % 2
    far = directory + 2 + 12 * len(entries) + 4
    body, extra = struct.pack(f"{order}H", len(entries)), b""
    for tag, value in sorted(entries.items()):
        if tag in (258, 339) and channels > 2:  # too long for the entry: stands behind the directory
            body += struct.pack(f"{order}HHII", tag, 3, channels, far + len(extra))
            extra += struct.pack(f"{order}{channels}H", *[value] * channels)
        elif tag in (258, 339) and channels == 2:
            body += struct.pack(f"{order}HHIHH", tag, 3, 2, value, value)
        else:
            body += struct.pack(f"{order}HHII", tag, 4, 1, value)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}I", directory)
    return head + data + b"\0" * (len(data) % 2) + body + b"\0\0\0\0" + extra


def png(
    values: np.ndarray, *, chunks: tuple[tuple[bytes, bytes], ...] = (), bits: int | None = None
) -> bytes:
    """Return a PNG of uint8 or uint16 values, shape (h, w) or (h, w, 2 to 4), with chunks before its pixels.

    With fewer `bits` than 8, every value holds several pixels.
    """
    height, width = values.shape[:2]
    depth = bits or values.dtype.itemsize * 8
    width = width * values.dtype.itemsize * 8 // depth
    channels = values.shape[2] if values.ndim == 3 else 1
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    big = values.astype(values.dtype.newbyteorder(">"))
    rows = b"".join(b"\0" + row.tobytes() for row in big)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    every = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in every
    )


def put(root: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def prepared(root: Path, **settings: object) -> PreparedData:
    """Prepare a folder, with the cache beside it."""
    return prepare(DataSource(folder=str(root), **settings), cache=root.parent / "cache")


def stored(data: PreparedData, name: str) -> np.ndarray:
    """Return the stored image of that file, shape (size, size, channels)."""
    part = data.split(name.split("/", maxsplit=1)[0])
    return part.images[part.ids.index(name)]


def noise(root: Path, *, mode: str = "RGB", names: tuple[str, ...] = GIVEN) -> Path:
    """Write a PNG of 8 bits into every folder, all different."""
    rng = np.random.default_rng(7)
    shape = (SIDE, SIDE, 3) if mode == "RGB" else (SIDE, SIDE)
    for name in names:
        (root / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).save(root / name / "000.png")
    return root


LEVELS = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)


def deep_set(tmp_path, make, *, name="images", ending="png", low=0, high=4095):
    """Write one image a folder, of values from low to high, all different; the first of train has both ends."""
    rng = np.random.default_rng(3)
    files = {}
    for index, folder in enumerate(GIVEN):
        values = rng.integers(low, high + 1, (SIDE, SIDE))
        if index == 0:
            values[0, :2] = low, high
        files[f"{folder}/000.{ending}"] = make(values)
    return put(tmp_path / name, files)


def as_u16_png(values):
    return png(values.astype(np.uint16))

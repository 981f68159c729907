"""TIFF and PNG files of kinds that Pillow cannot write, put together by hand."""

import struct
import zlib

import numpy as np

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

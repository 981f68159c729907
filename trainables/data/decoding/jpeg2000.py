"""Depth and colour profile in the header of a JPEG 2000: Pillow says 16 bits for all grey ones above 8."""

from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, ImageFile

_CODESTREAM = b"\xff\x4f\xff\x51"
"""Its start, and the marker of the segment that tells the sizes (SIZ)."""
_DEPTH = 42
"""Where the first component's depth stands, in bytes after the start: a sign, and one less than its bits."""
_PROFILE_METHODS = (2, 3)
"""Of a box `colr`: a profile follows, two bytes later."""


class Depth(NamedTuple):
    """Of the first component.

    Attributes:
        bits: With the sign.
        signed: Whether values may be below 0.
    """

    bits: int
    signed: bool


def depth_of(image: Image.Image) -> Depth:
    """Return the depth of an opened JPEG 2000, whose pixels have not been read; 8 bits where nothing tells.

    Source: ISO 15444-1, A.5.1.
    """
    content = _content(image)
    at = content.find(_CODESTREAM)
    told = content[at + _DEPTH : at + _DEPTH + 1] if at >= 0 else b""
    return Depth(bits=(told[0] & 0x7F) + 1, signed=told[0] >= 0x80) if told else Depth(8, signed=False)


def profile_of(image: Image.Image) -> bytes | None:
    """Return the colour profile of an opened JPEG 2000, whose pixels have not been read; None where it has none.

    Source: ISO 15444-1, I.5.3.
    """
    for name, header in _boxes(_content(image)):
        for inner, box in _boxes(header) if name == b"jp2h" else ():
            if inner == b"colr" and box[:1] and box[0] in _PROFILE_METHODS:
                return box[3:]
    return None


def _content(image: Image.Image) -> bytes:
    assert isinstance(image, ImageFile.ImageFile)
    assert image.fp is not None
    image.fp.seek(0)
    return image.fp.read()


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and contents of boxes, which begin with their length; a codestream without boxes ends at once."""
    at = 0
    while at + 8 <= len(content):
        length, start = int.from_bytes(content[at : at + 4], "big"), at + 8
        if length == 1:  # too long for four bytes
            length, start = int.from_bytes(content[at + 8 : at + 16], "big"), at + 16
        end = at + length if length else len(content)
        if end < start:
            return
        yield content[at + 4 : at + 8], content[start:end]
        at = end

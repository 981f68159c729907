"""Checksums of a PNG's pixels, which Pillow does not look at: a flipped bit would show other pixels."""

import zlib
from collections.abc import Iterator

from PIL import Image, ImageFile

from trainables.data.sources.errors import UnreadableError

_START = 8
"""Bytes of the signature, before the first chunk."""
_PIXELS = b"IDAT"


def refuse_damaged_png(image: Image.Image) -> None:
    """Refuse an opened PNG, whose pixels have not been read, if a checksum of its pixels is not that of their bytes.

    What is cut off is left to the decoder, which misses it. Of other chunks Pillow looks at the checksums.

    Raises:
        UnreadableError: If a byte is not what was written.

    Source: PNG specification, 5.3 and 5.5.
    """
    if not isinstance(image, ImageFile.ImageFile) or image.fp is None:
        return
    position = image.fp.tell()
    image.fp.seek(0)
    content = image.fp.read()
    image.fp.seek(position)
    if any(zlib.crc32(chunk[:-4]) != int.from_bytes(chunk[-4:], "big") for chunk in _pixel_chunks(content)):
        raise UnreadableError("is damaged: a checksum in the PNG is not that of its pixels")


def _pixel_chunks(content: bytes) -> Iterator[memoryview]:
    """Yield the whole chunks of pixels: name, data and checksum."""
    at, view = _START, memoryview(content)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == _PIXELS and end <= len(content):
            yield view[at + 4 : end]
        at = end

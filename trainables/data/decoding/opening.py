"""Opening an image file, whatever its name, with the plug-ins of Pillow that are installed."""

import importlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from trainables.data.decoding.dicom import open_dicom
from trainables.data.decoding.first_bytes import NUM_FIRST_BYTES, WIDE, first_bytes, is_dicom, kind_of
from trainables.data.decoding.foreign import Fresh
from trainables.data.decoding.scientific_tiff import open_tiff
from trainables.data.sources.errors import UnreadableError

_BIG_ENDIAN_BIG_TIFF = b"MM\0+"
"""Pillow (13) takes it for a small one, and warns of its EXIF data."""
_BITS, _PLANAR, _SEPARATE = 258, 284, 2
_UNSIGNED, _SIGNED, _FLOATING = (1,), (2,), (3,)
_MORE_TIFFS = {
    (b"II", 0, _UNSIGNED, 1, (12,), ()): ("I;16", "I;12"),
    (b"II", 0, _SIGNED, 1, (16,), ()): ("I", "I;16S"),
    (b"MM", 0, _UNSIGNED, 1, (16,), ()): ("I;16B", "I;16B"),
    (b"MM", 0, _SIGNED, 1, (16,), ()): ("I", "I;16BS"),
    (b"MM", 1, _UNSIGNED, 1, (32,), ()): ("I", "I;32B"),
    (b"II", 1, _FLOATING, 1, (64,), ()): ("F", "F;64F"),
    (b"MM", 1, _FLOATING, 1, (64,), ()): ("F", "F;64BF"),
}
"""Pillow's own table has these grey TIFFs only where black is 0, in one order of bytes, or in 32 bits."""


def open_file(path: Path | str) -> Image.Image:
    """Return an opened image, whose pixels have not been read.

    Raises:
        UnreadableError: If it is no image that Pillow, with the plug-ins that are installed, knows. The message says
            what it is, and what would read it.
        OSError: If there is no file, or it may not be read.
    """
    return _identified(lambda: Path(path), first_bytes(Path(path)))


def open_bytes(content: bytes) -> Image.Image:
    """Return an opened image of a file's bytes, as of an archive's member; see `open_file`."""
    return _identified(lambda: BytesIO(content), content[:NUM_FIRST_BYTES])


def _identified(fresh: Fresh, head: bytes) -> Image.Image:
    for signature, modes in _MORE_TIFFS.items():
        TiffImagePlugin.OPEN_INFO.setdefault(signature, modes)
    if is_dicom(head):
        return open_dicom(fresh)
    if head.startswith(_BIG_ENDIAN_BIG_TIFF):
        return open_tiff(fresh)
    try:
        return _opened(fresh)
    except UnidentifiedImageError as error:
        kind = kind_of(head)
        if kind is None:
            raise UnreadableError("no image that Pillow knows") from error
        if kind.name == "TIFF":
            return open_tiff(fresh)
        if kind.name not in _PLUG_INS or not _PLUG_INS[kind.name]():
            raise UnreadableError(f"{kind.name}: {kind.advice}") from error
    try:
        return _opened(fresh)
    except UnidentifiedImageError as error:
        raise UnreadableError(f"{kind.name}: it may be broken") from error


def _opened(fresh: Fresh) -> Image.Image:
    image = Image.open(fresh())
    if (
        image.format == "FITS"
    ):  # Pillow (13) knows neither its sign, nor where its values begin (BZERO, BSCALE)
        image.close()
        raise UnreadableError(f"FITS: {WIDE}")
    if image.format == "TIFF" and _has_deep_planes(image):
        image.close()
        return open_tiff(fresh)
    if image.format == "TIFF":
        # From a file that it has by name Pillow (13) maps plain pixels to memory, and takes the sides of an image that
        # stands on its side for one another.
        image.filename = ""
    return image


def _has_deep_planes(image: Image.Image) -> bool:
    """Say whether colours of more than 8 bits lie in planes of their own, of which Pillow (13) reads one alone."""
    tags: Any = getattr(image, "tag_v2")  # noqa: B009 - only the subclass has it
    separate = tags.get(_PLANAR) == _SEPARATE and image.mode.startswith("RGB")
    return bool(separate and max(tags.get(_BITS, (8,))) > 8)


def _heif() -> bool:
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def _imported(name: str) -> Callable[[], bool]:
    """Return a function that imports a plug-in which registers itself, and says whether it is there."""

    def load() -> bool:
        try:
            importlib.import_module(name)
        except ImportError:
            return False
        return True

    return load


_PLUG_INS = {"HEIC": _heif, "JPEG XL": _imported("pillow_jxl"), "AVIF": _imported("pillow_avif")}

"""Kinds of image files, told by their first bytes: names lie, are missing, or are in capitals."""

from dataclasses import dataclass
from pathlib import Path

NUM_FIRST_BYTES = 132
"""How much of a file is looked at: DICOM's mark, the one that lies deepest, ends there."""


@dataclass(frozen=True, kw_only=True)
class ImageKind:
    """A kind of image file.

    Attributes:
        name: What people call it.
        advice: What to do where it cannot be read.
    """

    name: str
    advice: str = "it may be broken, or of a variety that Pillow does not read: convert it to PNG"


_JPEG = ImageKind(name="JPEG")
_TIFF = ImageKind(name="TIFF")
_HEIC = ImageKind(name="HEIC", advice="pip install 'lrstudy[heif]', and it is read")
_AVIF = ImageKind(
    name="AVIF", advice="Pillow reads it where it was built with libavif, or pip install pillow-avif-plugin"
)
_JXL = ImageKind(name="JPEG XL", advice="pip install pillow-jxl-plugin, and it is read")
_DICOM = ImageKind(name="DICOM")
_RAW = ImageKind(name="raw photograph", advice="develop it to TIFF, PNG or JPEG")
WIDE = "convert it to PNG or TIFF of 8 or 16 bits"
"""Advice on kinds that have more levels than 8 bits."""

_MARKS: tuple[tuple[int, bytes, ImageKind], ...] = (
    (
        128,
        b"DICM",
        _DICOM,
    ),  # before all others: what the 128 bytes above it look like (a TIFF, often) means nothing
    (0, b"\xff\xd8\xff", _JPEG),
    (0, b"\x89PNG\r\n\x1a\n", ImageKind(name="PNG")),
    (0, b"GIF87a", ImageKind(name="GIF")),
    (0, b"GIF89a", ImageKind(name="GIF")),
    (8, b"WEBP", ImageKind(name="WebP")),
    (8, b"CR\x02", _RAW),
    (0, b"IIRO", _RAW),
    (0, b"IIRS", _RAW),
    (0, b"MMOR", _RAW),
    (0, b"IIU\0", _RAW),
    (0, b"FUJIFILMCCD-RAW", _RAW),
    (0, b"FOVb", _RAW),
    (0, b"\0MRM", _RAW),
    (0, b"II\xbc\x01", ImageKind(name="JPEG XR", advice=WIDE)),
    (0, b"II*\0", _TIFF),
    (0, b"MM\0*", _TIFF),
    (0, b"II+\0", _TIFF),
    (0, b"MM\0+", _TIFF),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", ImageKind(name="JPEG 2000")),
    (0, b"\xff\x4f\xff\x51", ImageKind(name="JPEG 2000")),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", _JXL),
    (0, b"\xff\x0a", _JXL),
    (0, b"8BPS", ImageKind(name="PSD")),
    (0, b"qoif", ImageKind(name="QOI")),
    (0, b"SIMPLE  =", ImageKind(name="FITS", advice=WIDE)),
    (0, b"\x76\x2f\x31\x01", ImageKind(name="OpenEXR", advice=WIDE)),
    (0, b"#?RADIANCE", ImageKind(name="Radiance HDR", advice=WIDE)),
    (0, b"BPG\xfb", ImageKind(name="BPG", advice=WIDE)),
    (0, b"P7\n", ImageKind(name="PAM", advice=WIDE)),
    (0, b"Pf\n", ImageKind(name="PFM", advice=WIDE)),
    (0, b"PF\n", ImageKind(name="PFM", advice=WIDE)),
    (0, b"DDS ", ImageKind(name="DDS")),
)
_BRANDS = (
    (frozenset((b"avif", b"avis")), _AVIF),
    (frozenset((b"crx ",)), _RAW),
    (
        frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")),
        _HEIC,
    ),
)
_FIRST_GROUPS, _FIRST_ELEMENTS = (0x0002, 0x0008), (0x0000, 0x0001, 0x0005, 0x0008, 0x0012, 0x0016, 0x0018)
_VALUE_KINDS = (b"UL", b"OB", b"CS", b"DA", b"UI")
"""Of DICOM's value representations those of these elements."""
_LONGEST_FIRST_VALUE = 128
_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)


def first_bytes(path: Path) -> bytes:
    """Return a file's first bytes; none for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(NUM_FIRST_BYTES)
    except OSError:
        return b""


def kind_of(head: bytes) -> ImageKind | None:
    """Return what kind of image begins with these bytes; None: none that is known here.

    Args:
        head: The first NUM_FIRST_BYTES of the file, or all of a shorter one.
    """
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    for start, mark, kind in _MARKS:
        if head[start : start + len(mark)] == mark:
            return kind
    if _is_bare_dicom(head):
        return _DICOM
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return ImageKind(name="BMP")
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace() and head[3:4] in b"#0123456789":
        return ImageKind(name="PNM")
    return None


def is_dicom(head: bytes) -> bool:
    """Say whether a DICOM file begins with these bytes."""
    return kind_of(head) is _DICOM


def _is_bare_dicom(head: bytes) -> bool:
    """Say whether a DICOM file without its mark begins here: an element of group 2 or 8, and how long it is."""
    for order in ("little", "big"):
        group, element = (int.from_bytes(head[at : at + 2], order) for at in (0, 2))
        if group not in _FIRST_GROUPS or element not in _FIRST_ELEMENTS:
            continue
        if head[4:6] in _VALUE_KINDS:
            return True
        if order == "little" and 0 < int.from_bytes(head[4:8], order) <= _LONGEST_FIRST_VALUE:
            return True
    return False


def _by_brand(head: bytes) -> ImageKind | None:
    """Return the kind of a file of ISO's base media format, which films share: by its brand, or a compatible one."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    for brands in ((head[8:12],), tuple(head[at : at + 4] for at in range(16, length, 4))):
        # A file of the brand mif1 ("an image") says in its compatible brands how it is coded.
        told = [kind for known, kind in _BRANDS if known.intersection(brands)]
        if told and brands != (b"mif1",) and brands != (b"msf1",):
            return told[0]
    return _HEIC if head[8:12] in (b"mif1", b"msf1") else None

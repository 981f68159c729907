"""DICOM files: signs and depths, rescaled values, presentations, colours, frames, transfer syntaxes."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

from benchmarks.formats.colour_profiles import ADOBE_RGB, rgb_profile, srgb_of
from benchmarks.formats.kinds.kind import HEIGHT, LOSSY, WIDTH, Expected, Kind, deep, grey, picture, saved

_MONO = "MONOCHROME2"
_BT601 = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


def dicoms() -> Iterator[Kind]:
    """Yield the kinds of DICOM."""
    yield from _grey()
    yield from _presented()
    yield from _coloured()
    yield from _compressed()
    yield from _not_one_picture()


def dataset(values: np.ndarray, *, photometric: str = _MONO, bits: int | None = None, **tags: Any) -> Dataset:
    """Return a DICOM data set of integers, shape (h, w), (h, w, 3) or (frames, h, w), with further elements."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = (
        CTImageStorage,
        generate_uid(entropy_srcs=[str(values.sum()), photometric]),
    )
    made.Modality, made.PatientID = "CT", "by hand"
    coloured = values.ndim == 3 and values.shape[-1] == 3
    made.Rows, made.Columns = values.shape[:2] if coloured or values.ndim == 2 else values.shape[1:]
    made.SamplesPerPixel = 3 if coloured else 1
    if coloured:
        made.PlanarConfiguration = 0
    if values.ndim == 3 and not coloured:
        made.NumberOfFrames = len(values)
    made.PhotometricInterpretation = photometric
    made.BitsAllocated = values.dtype.itemsize * 8
    made.BitsStored = bits or made.BitsAllocated
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(values.dtype.kind == "i")
    made.PixelData = values.tobytes()
    for name, value in tags.items():
        setattr(made, name, value)
    return made


def stored(made: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Return a data set as a file."""
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    buffer = io.BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _kind(name: str, file: str, content: bytes, values: np.ndarray, **more: object) -> Kind:
    return Kind(
        name=f"DICOM, {name}",
        file=f"dicom_{file}.dcm",
        content=content,
        expected=Expected(values=values, **more),
    )


def _grey() -> Iterator[Kind]:
    yield _kind("8 bit", "8", stored(dataset(grey(200))), grey(200))
    values = deep(201, high=4095)
    content = stored(dataset(values.astype(np.uint16), bits=12))
    yield _kind("12 bit", "12", content, values, deep=True)
    values = deep(202)
    yield _kind("16 bit", "16", stored(dataset(values.astype(np.uint16))), values, deep=True)
    values = deep(203, low=-1024, high=3071)
    content = stored(dataset(values.astype(np.int16)))
    yield _kind("signed, 16 bit", "signed", content, values, deep=True)
    raw = deep(204, high=4000)
    content = stored(dataset(raw.astype(np.uint16), bits=12, RescaleSlope="1", RescaleIntercept="-1024"))
    yield _kind("rescaled to Hounsfield units", "rescaled", content, raw - 1024, deep=True)
    raw = deep(205, high=4095)
    content = stored(dataset(raw.astype(np.uint16), bits=12, photometric="MONOCHROME1"))
    yield _kind("MONOCHROME1", "monochrome1", content, raw, deep=True, white_is_low=True)
    content = stored(dataset(255 - grey(206), photometric="MONOCHROME1"))
    yield _kind("MONOCHROME1, 8 bit", "monochrome1_8", content, grey(206))
    values = deep(207, high=4095)
    overlaid = values.astype(np.uint16) | 0x4000
    content = stored(dataset(overlaid, bits=12))
    yield _kind("12 bit, an overlay in the upper bits", "overlay_bits", content, values, deep=True)
    values = deep(208, low=-1000, high=1000)
    content = stored(dataset(values.astype(np.int16)), ImplicitVRLittleEndian)
    yield _kind("implicit VR", "implicit", content, values, deep=True)
    values = deep(209)
    made = dataset(values.astype(np.uint16))
    made.PixelData = values.astype(">u2").tobytes()
    yield _kind("big-endian", "big_endian", stored(made, ExplicitVRBigEndian), values, deep=True)


def _presented() -> Iterator[Kind]:
    values = deep(211, low=-1024, high=3000)
    content = stored(dataset(values.astype(np.int16), WindowCenter="40", WindowWidth="400"))
    yield _kind("window centre and width", "window", content, values, deep=True)
    content = stored(
        dataset(deep(212).astype(np.uint16), WindowCenter=["40", "-600"], WindowWidth=["400", "1500"])
    )
    yield _kind("two windows", "two_windows", content, deep(212), deep=True)
    values = deep(213, high=255)
    table = Dataset()
    table.LUTDescriptor = [256, 0, 8]
    table.LUTData = bytes(255 - level for level in range(256))
    made = dataset(values.astype(np.uint16), bits=8)
    made.VOILUTSequence = Sequence([table])
    table["LUTData"].VR = "OW"
    yield _kind("VOI LUT", "voi_lut", stored(made), values, deep=True)


def _coloured() -> Iterator[Kind]:
    yield _kind("RGB", "rgb", stored(dataset(picture(214), photometric="RGB")), picture(214))
    planes = dataset(picture(215), photometric="RGB", PlanarConfiguration=1)
    planes.PixelData = picture(215).transpose(2, 0, 1).tobytes()
    yield _kind("RGB in planes", "rgb_planes", stored(planes), picture(215))
    plain = picture(216)
    ybr = plain @ _BT601.T + (0, 128, 128)
    content = stored(dataset(np.rint(ybr).astype(np.uint8), photometric="YBR_FULL"))
    yield _kind("YBR_FULL", "ybr", content, plain, tolerance=3)
    shown = np.rint(srgb_of(picture(229), ADOBE_RGB, 2.2)).astype(np.uint8)
    content = stored(dataset(picture(229), photometric="RGB", ICCProfile=rgb_profile(ADOBE_RGB, gamma=2.2)))
    yield _kind("RGB, Adobe RGB profile", "adobe_rgb", content, shown, tolerance=3)
    indices, made = _palette()
    yield _kind("PALETTE COLOR", "palette", stored(made), indices)


def _palette() -> tuple[np.ndarray, Dataset]:
    """Return the colours that a data set with a palette of 16 bits shows, and the data set."""
    levels = grey(217)
    made = dataset(levels, photometric="PALETTE COLOR")
    tables = [np.arange(256), np.arange(256)[::-1], (np.arange(256) * 7) % 256]
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        setattr(made, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(made, f"{name}PaletteColorLookupTableData", (table * 257).astype("<u2").tobytes())
    return np.stack([table[levels] for table in tables], axis=-1).astype(np.uint8), made


def _compressed() -> Iterator[Kind]:
    syntaxes = (
        ("RLE", "rle", RLELossless),
        ("JPEG 2000", "jpeg2000", JPEG2000Lossless),
        ("JPEG-LS", "jpegls", JPEGLSLossless),
    )
    for number, (name, file, syntax) in enumerate(syntaxes):
        values = deep(218 + number)
        made = dataset(values.astype(np.uint16))
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        made.compress(syntax, generate_instance_uid=False)
        yield _kind(name, file, stored(made, syntax), values, deep=True)
    content = saved(picture(222), "JPEG", quality=95, subsampling=0)
    yield _kind(
        "JPEG", "jpeg", _encapsulated(content, JPEGBaseline8Bit, "YBR_FULL"), picture(222), tolerance=LOSSY
    )
    yield _lossless_jpeg()


def _lossless_jpeg() -> Kind:
    import imagecodecs

    values = deep(223).astype(np.uint16)
    content = imagecodecs.ljpeg_encode(values, bitspersample=16)
    made = dataset(values)
    made.PixelData = _one_fragment(content)
    made["PixelData"].VR = "OB"
    return _kind(
        "JPEG lossless", "jpeg_lossless", stored(made, JPEGLosslessSV1), values.astype(int), deep=True
    )


def _one_fragment(content: bytes) -> bytes:
    from pydicom.encaps import encapsulate

    return encapsulate([content])


def _encapsulated(content: bytes, syntax: str, photometric: str) -> bytes:
    made = dataset(np.zeros((HEIGHT, WIDTH, 3), np.uint8), photometric=photometric)
    made.PixelData = _one_fragment(content)
    made["PixelData"].VR = "OB"
    return stored(made, syntax)


def _not_one_picture() -> Iterator[Kind]:
    frames = np.stack([deep(seed, high=4095).astype(np.uint16) for seed in (224, 225, 226)])
    content = stored(dataset(frames, bits=12))
    yield _kind("3 frames", "3_frames", content, frames[0].astype(int), deep=True, several=3)
    report = dataset(grey(227))
    del report.PixelData
    content = stored(report)
    yield Kind(name="DICOM without a picture", file="dicom_no_picture.dcm", content=content, expected=None)
    content = stored(dataset(deep(228).astype(np.uint16)))
    yield Kind(name="DICOM, cut short", file="dicom_cut.dcm", content=content[:-900], expected=None)

"""DICOM files, read by pydicom: stored values rescaled to their units; no window of a single file is applied.

A file's own window (WindowCenter, VOI LUT) is how somebody looked at that one file: it is left out, for the same values
have to become the same levels in all of a set. What tells the values' meaning is applied: RescaleSlope and
RescaleIntercept or a modality LUT (Hounsfield units of a CT), MONOCHROME1, palettes, YBR.
"""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainables.data.decoding.deep_pixels import DeepPixels, exact
from trainables.data.decoding.foreign import ForeignImage, Fresh
from trainables.data.decoding.remarks import OWN_WINDOW
from trainables.data.sources.errors import UnreadableError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_OTHER_JPEGS = "pip install pylibjpeg-libjpeg"
EXTRA = "pip install 'lrstudy[dicom]', and it is read"
_WHITE_IS_LOW, _PALETTE = "MONOCHROME1", "PALETTE COLOR"
_GREY = (_WHITE_IS_LOW, "MONOCHROME2")


def open_dicom(fresh: Fresh) -> Image.Image:
    """Return an opened DICOM file, whose pixels have not been read.

    Raises:
        UnreadableError: If pydicom is not installed, the file holds no picture, or no installed package decodes it.
    """
    try:
        import pydicom
    except ImportError as error:
        raise UnreadableError(f"DICOM: {EXTRA}") from error
    # What pydicom finds odd about a header would be printed for every file; what it cannot read, it raises.
    warnings.filterwarnings("ignore", module="pydicom")
    header = pydicom.dcmread(fresh(), stop_before_pixels=True, force=True)
    if "Rows" not in header or "Columns" not in header:
        raise UnreadableError(f"DICOM: holds no picture ({_kind(header)})")
    _refuse_coding(header)
    return ForeignImage(
        size=(int(header.Columns), int(header.Rows)),
        num_pictures=int(header.get("NumberOfFrames") or 1),
        what="frames",
        read=lambda: _read(fresh, header),
        remarks=frozenset((OWN_WINDOW,)) if _has_window(header) else frozenset(),
    )


def _kind(header: "Dataset") -> str:
    told = header.get("SOPClassUID") or header.file_meta.get("MediaStorageSOPClassUID")
    return str(getattr(told, "name", "") or "its kind is not told")


def _syntax(header: "Dataset") -> Any:
    return header.file_meta.get("TransferSyntaxUID")


def _refuse_coding(header: "Dataset") -> None:
    """Refuse pixels that no package which is installed decodes."""
    from pydicom.pixels.decoders.base import get_decoder

    syntax = _syntax(header)
    if syntax is None or not syntax.is_compressed:
        return
    try:
        available = get_decoder(syntax).is_available
    except NotImplementedError as error:
        raise UnreadableError(f"DICOM: {syntax.name}, which is not read: save it uncompressed") from error
    if not available:
        raise _needs_decoder(syntax)


def _needs_decoder(syntax: Any) -> UnreadableError:
    # The decoders of JPEG 2000 and JPEG-LS come with the extra; that of the other JPEGs is under the GPL.
    advice = (
        EXTRA if _comes_with_extra(syntax) else f"{_OTHER_JPEGS}, and it is read, or save it uncompressed"
    )
    return UnreadableError(f"DICOM: {syntax.name}: {advice}")


def _comes_with_extra(syntax: Any) -> bool:
    from pydicom.uid import JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes, RLETransferSyntaxes

    return syntax in (*JPEG2000TransferSyntaxes, *JPEGLSTransferSyntaxes, *RLETransferSyntaxes)


def _not_decoded(syntax: Any, error: Exception) -> UnreadableError:
    """Return what to say where every decoder has failed: those that are there may not know JPEGs of 12 bits."""
    if syntax is not None and syntax.is_compressed and not _comes_with_extra(syntax):
        return _needs_decoder(syntax)
    return UnreadableError(f"DICOM: its pixels cannot be decoded: {error}")


def _groups(header: "Dataset") -> list["Dataset"]:
    """Return where the first frame's values may be described: the file, and an enhanced file's functional groups."""
    found = [header]
    for name in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        for group in list(header.get(name) or [])[:1]:
            for inner in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
                found += list(group.get(inner) or [])[:1]
    return found


def _has_window(header: "Dataset") -> bool:
    return any("WindowCenter" in each or "VOILUTSequence" in each for each in _groups(header))


def _read(fresh: Fresh, header: "Dataset") -> Image.Image | DeepPixels:
    values = _stored_values(fresh, header)
    photometric = str(header.get("PhotometricInterpretation", ""))
    if photometric == _PALETTE:
        return _of_palette(values, header)
    if values.ndim == 2 and photometric in _GREY:
        return _of_grey(values, header, white_is_low=photometric == _WHITE_IS_LOW)
    if values.ndim == 3 and values.shape[2] == 3 and photometric.startswith(("RGB", "YBR")):
        return _of_colours(values, header)
    raise UnreadableError(f"DICOM: pixels of the kind {photometric or 'that is not told'} are not read")


def _stored_values(fresh: Fresh, header: "Dataset") -> npt.NDArray[Any]:
    """Return the first frame as stored, YBR as RGB."""
    from pydicom import dcmread
    from pydicom.pixels.utils import pixel_array

    # Of a path pydicom (3.0) would read the one frame alone, but it fails on files that it reads as data sets.
    whole = dcmread(fresh(), force=True)
    if _syntax(whole) is None:
        whole.file_meta.TransferSyntaxUID = _syntax_found(whole)
    try:
        return pixel_array(whole, index=0)
    except RuntimeError as error:
        raise _not_decoded(_syntax(header), error) from error
    except AttributeError as error:
        raise UnreadableError(f"DICOM: holds no picture that can be read: {error}") from error


def _syntax_found(read: "Dataset") -> Any:
    """Return the transfer syntax that pydicom has found at work in a file that names none."""
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    implicit, little = read.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def _of_palette(indices: npt.NDArray[Any], header: "Dataset") -> Image.Image:
    """Return the colours of a palette; of 16 bits the upper ones, as displays do."""
    from pydicom.pixels.processing import apply_color_lut

    colours = apply_color_lut(indices, header)
    return Image.fromarray((colours >> 8 if colours.dtype.itemsize == 2 else colours).astype(np.uint8))


def _of_colours(values: npt.NDArray[Any], header: "Dataset") -> Image.Image | DeepPixels:
    profile = header.get("ICCProfile")
    info: dict[str | tuple[int, int], Any] = {"icc_profile": bytes(profile)} if profile else {}
    if values.dtype == np.uint8:
        image = Image.fromarray(values)
        image.info = info
        return image
    return DeepPixels(values=exact(values), alpha=None, white_is_low=False, info=info)


def _of_grey(stored: npt.NDArray[Any], header: "Dataset", *, white_is_low: bool) -> Image.Image | DeepPixels:
    if header.BitsAllocated == 1:
        return Image.fromarray(stored.astype(np.uint8) * 255)
    values = _in_units(stored, header)
    if values is None and stored.dtype == np.uint8 and header.BitsStored == 8:
        return Image.fromarray(255 - stored if white_is_low else stored)
    values = exact(stored if values is None else values)
    return DeepPixels(values=values, alpha=None, white_is_low=white_is_low, info={})


def _in_units(stored: npt.NDArray[Any], header: "Dataset") -> npt.NDArray[Any] | None:
    """Return the values that stored ones stand for; None where these are the values."""
    from pydicom.pixels.processing import apply_modality_lut

    described = next(
        (each for each in _groups(header) if "ModalityLUTSequence" in each or "RescaleSlope" in each), None
    )
    if described is None:
        return None
    if "ModalityLUTSequence" in described:
        return apply_modality_lut(stored, described)
    slope, intercept = float(described.RescaleSlope), float(described.get("RescaleIntercept") or 0)
    if (slope, intercept) == (1, 0):
        return None
    if slope.is_integer() and intercept.is_integer() and stored.dtype.kind != "f":
        return stored.astype(np.int64) * int(slope) + int(intercept)
    return apply_modality_lut(stored, described)

"""DICOM: values as pydicom has them, in their units; one window for the set, and none of a file's own."""

import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import pixel_array
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.sequence import Sequence

from benchmarks.formats.kinds.dicom import dataset, stored
from tests.support.image_files import GIVEN, LEVELS, SIDE, noise, prepared, put
from tests.support.image_files import stored as stored_image
from trainables.data import DataError
from trainables.data.decoding.decode import Reading, read_picture
from trainables.data.decoding.deep_pixels import DeepPixels
from trainables.data.decoding.first_bytes import first_bytes, is_dicom
from trainables.data.decoding.opening import open_file
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import RawImage

FILES = Path(pydicom.__file__).parent / "data" / "test_files"
NOT_DECODED = {
    "JPEG-lossy.dcm": "JPEG Extended (Process 2 and 4): pip install pylibjpeg-libjpeg",
    "JPGExtended.dcm": "JPEG Extended (Process 2 and 4): pip install pylibjpeg-libjpeg",
    "SC_rgb_jpeg_gdcm.dcm": "pip install pylibjpeg-libjpeg",
    "JPEG2000-embedded-sequence-delimiter.dcm": "cannot be decoded",
    "MR_truncated.dcm": "less than expected",
    "badVR.dcm": "1A",
}
CT = np.int16


def read(path: Path, **how: str) -> DeepPixels | np.ndarray:
    raw = RawImage(id=path.name, open=partial(open_file, path), content="", label=0)
    pixels = read_picture(raw, reading=Reading(**how)).pixels
    return pixels if isinstance(pixels, DeepPixels) else np.asarray(pixels)


def test_every_picture_that_pydicom_ships_has_its_values_to_the_bit():
    same, said = 0, {}
    for path in sorted(FILES.rglob("*")):
        if not path.is_file() or not is_dicom(first_bytes(path)):
            continue
        try:
            found = read(path, pages="first")
        except UnreadableError as error:
            said[path.name] = str(error)
            continue
        values = found.values if isinstance(found, DeepPixels) else found
        assert (values == reference(path)).all(), path.name
        same += 1
    assert same >= 80
    no_picture = {name for name, text in said.items() if "holds no picture" in text}
    assert set(said) - no_picture == set(NOT_DECODED)
    assert all(part in said[name] for name, part in NOT_DECODED.items())


def reference(path: Path) -> np.ndarray:
    """The first frame as pydicom has it: rescaled, of a palette in colours of 8 bits, black where it is shown black."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pydicom.dcmread(path, force=True)
        values = pixel_array(found, index=0)
    if found.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(values, found) >> 8
    if found.BitsAllocated == 1:
        return values * 255
    if values.ndim == 2:
        values = apply_modality_lut(values, found)
    return values


def ct_set(tmp_path: Path, **tags: object) -> Path:
    """A CT a folder, of stored values from 0 to 4032, rescaled by -1024 to Hounsfield units."""
    rng = np.random.default_rng(4)
    values = {folder: rng.permuted(LEVELS * 64) for folder in GIVEN}
    made = {
        f"{folder}/slice": stored(
            dataset(each.astype(CT), RescaleSlope="1", RescaleIntercept="-1024", **tags)
        )
        for folder, each in values.items()
    }
    return put(tmp_path / "images", made)


def test_a_window_is_in_the_units_of_the_rescaled_values(tmp_path):
    root = ct_set(tmp_path)
    put(
        root,
        {
            "train/cat/x.dcm": stored(
                dataset((LEVELS * 60).astype(CT), RescaleSlope="1", RescaleIntercept="-1024")
            )
        },
    )
    image = stored_image(prepared(root, window=(-160, 240)), "train/cat/x.dcm")[..., 0]
    assert (image == np.rint(np.clip((LEVELS * 60 - 1024 + 160) / 400, 0, 1) * 255)).all()


def test_a_window_of_a_file_is_not_applied_and_that_is_said(tmp_path):
    plain = prepared(ct_set(tmp_path))
    root = ct_set(tmp_path / "windowed", WindowCenter=["40", "-600"], WindowWidth=["400", "1500"])
    windowed = prepared(root)
    assert (windowed.split("train").images == plain.split("train").images).all()
    note = "6 files state a window (DICOM), which is not applied: one window holds for the whole set"
    assert note in windowed.notes
    assert not [each for each in plain.notes if "(DICOM)" in each]


def test_fractions_need_a_stated_window(tmp_path):
    made = {f"{name}/x.dcm": _fractions(index) for index, name in enumerate(GIVEN)}
    root = put(tmp_path / "images", made)
    with pytest.raises(DataError, match="state which become black and white"):
        prepared(root)
    image = stored_image(prepared(root, window=(0, 31.5)), "train/cat/x.dcm")[..., 0]
    assert (image == np.rint(LEVELS * 0.5 / 31.5 * 255)).all()


def _fractions(index: int) -> bytes:
    return stored(dataset(np.roll(LEVELS, index).astype(CT), RescaleSlope="0.5", RescaleIntercept="0"))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_monochrome1_is_inverted_once(tmp_path, dtype):
    made = {
        f"{name}/x.dcm": stored(dataset(np.roll(LEVELS * 4, index).astype(dtype), photometric="MONOCHROME1"))
        for index, name in enumerate(GIVEN)
    }
    root = put(tmp_path / "images", made)
    settings = {} if dtype == np.uint8 else {"window": (0, 255)}
    image = stored_image(prepared(root, **settings), "train/cat/x.dcm")[..., 0]
    assert (image == 255 - LEVELS * 4).all()


def test_an_enhanced_file_has_its_rescaling_with_its_frames(tmp_path):
    made = dataset(np.stack([LEVELS, LEVELS + 1]).astype(CT))
    values = Dataset()
    values.RescaleSlope, values.RescaleIntercept = "2", "-10"
    frame = Dataset()
    frame.PixelValueTransformationSequence = Sequence([values])
    made.PerFrameFunctionalGroupsSequence = Sequence([frame, frame])
    path = put(tmp_path, {"x.dcm": stored(made)}) / "x.dcm"
    assert (read(path, pages="first").values == LEVELS * 2 - 10).all()
    with pytest.raises(UnreadableError, match="holds 2 frames"):
        read(path)


def test_a_modality_table_gives_the_values(tmp_path):
    table = Dataset()
    table.LUTDescriptor, table.LUTData = [64, 0, 16], [1000 + 3 * level for level in range(64)]
    table["LUTData"].VR, table["LUTDescriptor"].VR = "US", "US"
    made = dataset(LEVELS.astype(np.uint16), ModalityLUTSequence=Sequence([table]))
    path = put(tmp_path, {"x.dcm": stored(made)}) / "x.dcm"
    assert (read(path).values == 1000 + 3 * LEVELS).all()


def test_a_file_is_dicom_whatever_its_preamble_looks_like(tmp_path):
    content = stored(dataset(LEVELS.astype(np.uint8)))
    path = put(tmp_path, {"x.png": b"II*\0\x08\0\0\0" + content[8:]}) / "x.png"
    assert (read(path) == LEVELS).all()


@pytest.mark.parametrize("implicit", [False, True])
def test_a_file_without_preamble_is_known_by_its_first_element(tmp_path, implicit):
    made = dataset(LEVELS.astype(np.uint8))
    made.SpecificCharacterSet = "ISO_IR 100"
    path = tmp_path / "x"
    made.save_as(path, implicit_vr=implicit, little_endian=True)
    assert path.read_bytes()[:4] == b"\x08\0\x05\0"
    assert (read(path) == LEVELS).all()


@pytest.mark.parametrize(
    "content", [b"\x08\0\x05\0ab\0\0" + bytes(90), b"\x08\0\x05\0\xff\xff\xff\xff" + bytes(90)]
)
def test_other_bytes_are_not_taken_for_dicom(content):
    assert not is_dicom(content)


def test_a_file_without_the_extra_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pydicom", None)
    root = put(noise(tmp_path / "images"), {"train/cat/x": bytes(128) + b"DICM" + bytes(90)})
    with pytest.raises(
        DataError, match=r"train/cat/x: DICOM: pip install 'lrstudy\[dicom\]', and it is read"
    ):
        prepared(root)


def test_an_index_of_dicom_files_is_no_image(tmp_path):
    root = put(ct_set(tmp_path), {"DICOMDIR": (FILES / "dicomdirtests" / "DICOMDIR").read_bytes()})
    assert "skipped 1 file that is hidden or left by a system: DICOMDIR" in prepared(root).notes


def test_the_side_of_a_set_is_known_without_reading_pixels(tmp_path):
    assert prepared(ct_set(tmp_path)).image_size == SIDE


def test_a_report_says_what_it_is():
    with pytest.raises(UnreadableError, match=r"DICOM: holds no picture \(Comprehensive SR Storage\)"):
        read(FILES / "test-SR.dcm")

"""Every kind of file that is made for readers: right, or refused in one sentence, but for damage that nothing tells."""

import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from benchmarks.formats.kinds.files import all_kinds, write_kinds
from benchmarks.formats.outcome import outcome
from benchmarks.formats.readers.ours import read
from tests.support.image_files import noise, prepared, put
from trainables.data import DataError
from trainables.data.sources.errors import UnreadableError

REFUSED_THOUGH_THERE_IS_A_PICTURE = {
    "jpeg_12_bits.jpg": "JPEG: it may be broken, or of a variety that Pillow does not read",
    "dicom_jpeg_lossless.dcm": "pip install pylibjpeg-libjpeg",
}

WITHOUT_CHECKSUM = ["jpeg_missing.jpg"]
"""Decoders of JPEG fill what is missing before the end mark, and say nothing."""


def test_no_other_kind_is_silently_wrong_and_what_is_refused_is_said_in_a_sentence(tmp_path):
    wrong, said = {}, {}
    for kind in write_kinds(tmp_path / "kinds"):
        try:
            found = read(kind.path)
        except UnreadableError as error:
            found, said[kind.path.name] = None, str(error)
        wrong[kind.path.name] = outcome(found, kind.expected)
    assert [
        file for file, what in wrong.items() if what in ("silently wrong", "first of several")
    ] == WITHOUT_CHECKSUM
    refused = {kind.file for kind in all_kinds() if kind.expected is None or kind.expected.several > 1}
    assert set(said) == (refused | set(REFUSED_THOUGH_THERE_IS_A_PICTURE)) - set(WITHOUT_CHECKSUM)
    assert all(part in said[file] for file, part in REFUSED_THOUGH_THERE_IS_A_PICTURE.items())
    assert [text for text in said.values() if "\n" in text or not 5 < len(text) < 250] == []


def test_a_heic_has_the_pixels_of_its_library_to_the_bit(tmp_path):
    for kind in all_kinds():
        if kind.file in ("heic.heic", "heic_orientation_6.heic"):
            path = put(tmp_path, {kind.file: kind.content}) / kind.file
            assert (read(path) == np.asarray(pillow_heif.open_heif(path).to_pillow())).all(), kind.file


def test_a_heic_without_the_extra_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr("PIL.Image.ID", [name for name in Image.ID if name != "HEIF"])
    content = next(kind.content for kind in all_kinds() if kind.file == "heic.heic")
    root = put(noise(tmp_path / "images"), {"train/cat/x.jpg": content})
    with pytest.raises(DataError, match=r"x.jpg: HEIC: pip install 'lrstudy\[heif\]', and it is read"):
        prepared(root)


def test_a_damaged_png_is_refused_wherever_its_bit_was_flipped(tmp_path):
    content = next(kind.content for kind in all_kinds() if kind.file == "png.png")
    start = content.index(b"IDAT") + 4
    for at in range(start, len(content) - 16, 97):
        damaged = bytearray(content)
        damaged[at] ^= 4
        path = put(tmp_path, {"x.png": bytes(damaged)}) / "x.png"
        with pytest.raises(UnreadableError, match="is damaged: a checksum in the PNG"):
            read(path)

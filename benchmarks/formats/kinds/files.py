"""All kinds, written to a folder."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.formats.kinds.bmp import bmps
from benchmarks.formats.kinds.dicom import dicoms
from benchmarks.formats.kinds.jpeg import jpegs
from benchmarks.formats.kinds.kind import Expected, Kind
from benchmarks.formats.kinds.misnamed import misnamed
from benchmarks.formats.kinds.modern import moderns
from benchmarks.formats.kinds.png import pngs
from benchmarks.formats.kinds.raster import rasters
from benchmarks.formats.kinds.tiff import tiffs


class WrittenKind(NamedTuple):
    """A file of one kind.

    Attributes:
        name: In words.
        path: Where it was written.
        expected: What it shows; None where refusing it is right.
    """

    name: str
    path: Path
    expected: Expected | None


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Return every kind, the common ones first; made once a process."""
    return tuple(
        kind for kinds in (jpegs, pngs, rasters, bmps, tiffs, moderns, dicoms, misnamed) for kind in kinds()
    )


def write_kinds(folder: Path) -> list[WrittenKind]:
    """Write a file of every kind into a folder, made if missing; no two show the same picture."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in all_kinds():
        path = folder / kind.file
        assert not path.exists(), f"two kinds are written as {kind.file}"
        path.write_bytes(kind.content)
        written.append(WrittenKind(name=kind.name, path=path, expected=kind.expected))
    return written

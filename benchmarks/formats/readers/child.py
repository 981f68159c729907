"""One reader over a folder of files, in a process of its own: its packages may be another environment's.

    python -m benchmarks.formats.readers.child READER FOLDER OUT

Of every file of FOLDER, OUT gets `FILE.npy`, what was read, `FILE.txt`, why it was refused, or `FILE.left_out`.
OUT/versions.txt has the versions. Files that OUT knows are not read again: a reader may have died on the next one.
"""

import sys
import warnings
from pathlib import Path

import numpy as np

from benchmarks.formats.readers.peers import READERS, LeftOutError, Read, versions

BEGUN = "begun"
"""Holds the name of the file that is read now."""
ENDINGS = (".npy", ".txt", ".left_out")


def main(name: str, folder: Path, out: Path) -> None:
    """Read every file, and write down what became of it."""
    warnings.simplefilter("ignore")
    read = READERS[name](folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / "versions.txt").write_text(versions(name))
    for path in sorted(folder.iterdir()):
        if not any((out / f"{path.name}{ending}").exists() for ending in ENDINGS):
            (out / BEGUN).write_text(path.name)
            _one(read, path, out)


def _one(read: Read, path: Path, out: Path) -> None:
    try:
        found = read(path)
    except LeftOutError:
        (out / f"{path.name}.left_out").touch()
    except Exception as error:  # whatever a reader raises is its way to refuse
        (out / f"{path.name}.txt").write_text(f"{type(error).__name__}: {error}")
    else:
        np.save(out / f"{path.name}.npy", found)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

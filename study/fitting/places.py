"""The results of a fit, a model's folder: made beside its place, renamed when whole, never overwritten."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from study.errors import StudyError

MODEL, WEIGHTS = "model", "weights"
"""Folders of the unfinished work: the first becomes the results, the second is needed by nobody afterwards."""


def refuse_existing(folder: Path) -> None:
    """Refuse results that are there.

    Raises:
        StudyError: If the folder exists.
    """
    if folder.exists():
        raise StudyError(
            f"{folder} exists already, and nothing is overwritten; give another --name, or move it away"
        )


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """Yield a folder to work in, whose `MODEL` becomes the results; where anything fails, Ctrl-C too, nothing is left.

    Raises:
        StudyError: If the results are there, or cannot be written.
    """
    refuse_existing(folder)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        (part / WEIGHTS).mkdir(parents=True)
    except OSError as error:
        raise StudyError(f"cannot write to {folder.parent}: {error.strerror}") from error
    try:
        yield part
        refuse_existing(folder)
        (part / MODEL).rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)

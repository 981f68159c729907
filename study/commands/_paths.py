"""Paths on the command line: what can't be one, or no picture, is refused by name before anything is done."""

import argparse
from pathlib import Path

from study.spec.checks.texts import file_problem
from trainables.text import printable


def path_argument(text: str) -> Path:
    """Return a path with `~` expanded.

    Raises:
        argparse.ArgumentTypeError: If no file system here could have it.
    """
    if why := file_problem(text):
        raise argparse.ArgumentTypeError(f"{printable(text[:120])!r} is not allowed; {why}")
    return Path(text).expanduser()


def picture_argument(text: str) -> Path:
    """Return the path of a PNG that is to be written.

    Raises:
        argparse.ArgumentTypeError: If it can't be, or its folder does not exist.
    """
    path = path_argument(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(
            f"{printable(text)!r} is not allowed; a file in a folder that exists"
        )
    return path

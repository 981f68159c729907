"""Arguments that several commands share: the study file and what overrides it, paths, pictures."""

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


def add_study_file(parser: argparse.ArgumentParser, *, more: str = "") -> None:
    """Add FILE, -s and --preset; `more` is what else FILE may be."""
    text = f"a study file, or a shipped study's name such as digits{more}"
    parser.add_argument("file", metavar="FILE", help=text)
    add_overrides(parser, "override a key of the file, as in -s budget.trials=8; may be repeated")
    parser.add_argument("--preset", help="apply one of the file's presets")


def add_overrides(parser: argparse.ArgumentParser, text: str) -> None:
    """Add -s, whose help is `text`."""
    parser.add_argument(
        "-s", "--set", dest="overrides", metavar="KEY=VALUE", action="append", default=[], help=text
    )

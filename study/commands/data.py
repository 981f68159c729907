"""`lrstudy data`: look at a study's images before anything runs."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from study.commands.shared.arguments import add_study_file

if TYPE_CHECKING:
    from study.look.looking import Looked
    from trainables.data.sources.source import DataSource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser, more=", or a folder, an archive or a list of images")
    parser.add_argument("--json", action="store_true", help="print JSON (docs/json.md)")


def execute(arguments: argparse.Namespace) -> int:
    """Look, write the page, and print what was found."""
    name, source, page = _asked(arguments)
    from study.errors import StudyError
    from study.look.concerns import concerns, verdict
    from study.look.looking import look_at
    from study.look.page import as_plain
    from trainables.data.sources.errors import DataError

    try:
        looked = look_at(source, progress=_progress)
    except DataError as error:
        raise StudyError(str(error)) from error
    finally:
        _progress("", 1.0)
    assert looked is not None, "a look without a limit is always taken"
    written = _written(looked, page, name)
    if arguments.json:
        from analysis.report.version import VERSION

        print(
            json.dumps(
                {"version": VERSION, "name": name, "page": str(written), **as_plain(looked.look)}, indent=2
            )
        )
        return 0
    print(verdict(looked.look))
    for number, concern in enumerate(concerns(looked.look), start=1):
        print(f"{number}. {concern.says}\n   {concern.advice}")
    print(f"Pictures and tables: {written}")
    return 0


def _asked(arguments: argparse.Namespace) -> "tuple[str, DataSource, Path]":
    """Return what the set is called, the set, and where its page goes."""
    from study.errors import StudyError
    from study.spec.study_file import load_spec
    from trainables.data.sources.places import key_of_place
    from trainables.data.sources.source import parse_source

    given = Path(arguments.file).expanduser()
    if key := key_of_place(given):
        if arguments.overrides or arguments.preset:
            raise StudyError(f"{given} holds images: -s and --preset go with a study file")
        name, place = given.absolute().stem, str(given.absolute())
        return name, parse_source({key: place}, "data.target"), Path.cwd() / f"{name}_data.html"
    spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
    beside = given.parent.absolute() if given.is_file() else Path.cwd()
    return spec.name, spec.data.target, beside / f"{spec.name}_data.html"


def _written(looked: "Looked", page: Path, name: str) -> Path:
    from study.errors import StudyError
    from study.look.page import samples_of, write_page

    try:
        return write_page(looked, page, name=name, samples=samples_of(looked))
    except OSError as error:
        raise StudyError(f"{page} can't be written ({error.strerror})") from error


def _progress(what: str, share: float) -> None:
    """Show what is done now in one line of a terminal, and end the line with an empty text."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what} {share:.0%}" if what else "\r\x1b[K", end="", file=sys.stderr, flush=True)

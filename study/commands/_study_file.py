"""Arguments that several commands share: the study file and what overrides it."""

import argparse

from study.spec.study_file import StudySpec, load_spec


def add_study_file(parser: argparse.ArgumentParser, *, more: str = "") -> None:
    """Add FILE, -s and --preset; `more` is what else FILE may be."""
    text = f"a study file, or a shipped study's name such as digits{more}"
    parser.add_argument("file", metavar="FILE", help=text)
    parser.add_argument(
        "-s",
        "--set",
        dest="overrides",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="override a key of the file, as in -s budget.trials=8; may be repeated",
    )
    parser.add_argument("--preset", help="apply one of the file's presets")


def read_study_file(arguments: argparse.Namespace) -> StudySpec:
    """Return the study that the arguments name.

    Raises:
        ValueError: Naming everything that is wrong with it.
    """
    return load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)

"""`lrstudy run`: run a study and compare its arms."""

import argparse
import shutil
import sys
from typing import TYPE_CHECKING

from study.commands._arguments import add_study_file
from study.spec.study_file import load_spec

if TYPE_CHECKING:
    from study.tuning.driver import StudyResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser)
    parser.add_argument(
        "--profile",
        action="store_true",
        help="trace some steps of a search trial of each arm and draw where the seconds went, in results/NAME/profile/",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the study; 0 where it ran to its end, 130 where a signal stopped it."""
    spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
    from study.tuning.runner import run_study

    return show_result(run_study(spec, profile=arguments.profile))


def show_result(result: "StudyResult") -> int:
    """Print the comparison and where to look next; return the exit status."""
    print(result.text)
    for problem in result.problems:
        print(f"Not everything was recorded: {problem}")
    command = "lrstudy" if shutil.which("lrstudy") else sys.argv[0]
    runs = (
        f"{command} ui {result.folder}   every run in MLflow"
        if result.tracker == "mlflow"
        else f"{result.shown_at}   every run, by its tracker"
    )
    print(
        f"\nWhere to look next:\n"
        f"  {result.report / 'report.html'}   the whole report, with pictures\n"
        f"  {runs}\n"
        f"  {result.folder / 'records.parquet'}   every epoch of every run"
    )
    if (picture := result.folder / "profile" / "profile.png").exists():
        print(f"  {picture}   where the seconds went; traces beside it")
    if result.problems:
        return 1
    if result.stopped:
        print(
            f"The study was stopped ({result.stopped}); the comparison is of what was done until then. To go on:\n"
            f"  {command} resume {result.folder}"
        )
        return 130
    return 0

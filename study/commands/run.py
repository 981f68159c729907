"""`lrstudy run`: run a study and compare its arms."""

import argparse
import shlex
from typing import TYPE_CHECKING

from study.commands.shared.arguments import add_study_file
from study.commands.shared.where_next import program, shown, where_next
from study.results.folder import Results
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
    """Print the answer, where to look and what to do next; return the exit status."""
    print(result.text)
    for problem in result.problems:
        print(f"Not everything was recorded: {problem}")
    results = Results(folder=result.folder)
    runs = (
        (f"{program()} ui {shlex.quote(shown(result.folder))}", "every run in MLflow")
        if result.tracker == "mlflow"
        else (result.shown_at, "every run, by its tracker")
    )
    print(where_next(results, runs=runs))
    if result.problems:
        return 1
    if result.stopped:
        print(f"The study was stopped ({result.stopped}); the answer is of what was done until then.")
        return 130
    return 0

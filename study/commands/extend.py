"""`lrstudy extend`: add trials or confirmation seeds to a study that has ended."""

import argparse

from study.commands.run import show_result
from study.commands.shared.arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--trials",
        type=_count,
        default=0,
        help="more trials of each arm's search; then its winner is chosen again and confirmed on fresh seeds",
    )
    what.add_argument(
        "--seeds", type=_count, default=0, help="more confirmation seeds for the winners that there are"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run what is added; 0 where it ran to its end, 130 where a signal stopped it."""
    from study.spec.extensions import asked_now
    from study.tuning.runner import extend_study

    extension = asked_now(trials=arguments.trials, seeds=arguments.seeds)
    return show_result(extend_study(arguments.folder.expanduser(), extension))


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; a whole number, at least 1")
    return count

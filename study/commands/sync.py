"""`lrstudy sync`: send MLflow what it has not got of a study."""

import argparse

from study.commands.shared.arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Send what is left of the journal, and close the runs of a study that no driver holds."""
    from study.tuning.finish import sync_results

    print(sync_results(arguments.folder.expanduser().absolute()))
    return 0

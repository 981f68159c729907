"""`lrstudy report`: write a study's report again and print the comparison."""

import argparse

from study.commands._arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write tables, figures and report.html from the journal, and print the comparison."""
    from study.tuning.finish import report_again

    print(report_again(arguments.folder.expanduser().absolute()))
    return 0

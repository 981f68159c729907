"""`lrstudy register`: register an arm's winner in MLflow's model registry."""

import argparse

from study.commands.shared.arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    parser.add_argument("--arm", required=True, help="the arm whose winner it is")
    parser.add_argument(
        "--as",
        required=True,
        dest="name",
        metavar="NAME",
        help="the registered model that gets a new version",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Register the model that MLflow has of the arm's winner."""
    from study.tracking.mlflow_tracker.registering import register_winner

    folder = arguments.folder.expanduser().absolute()
    print(register_winner(folder, arm=arguments.arm, name=arguments.name))
    return 0

"""`lrstudy new`: write a commented study file for a folder or a list of images."""

import argparse

from study.commands.shared.arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "file", metavar="FILE", type=path_argument, help="the study file to write, such as my.yaml"
    )
    parser.add_argument(
        "--data",
        required=True,
        type=path_argument,
        metavar="PLACE",
        help="a folder of images, a folder a class; a zip or tar file of one; or a list: CSV, TSV, Parquet",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write the file."""
    from study.spec.template import write_template

    path = write_template(arguments.file, arguments.data)
    print(f"Wrote {path}. Read it, then: lrstudy plan {path}; lrstudy run {path}")
    return 0

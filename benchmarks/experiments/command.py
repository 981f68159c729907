"""Command line that the experiments share."""

import argparse
from collections.abc import Callable

FULL, QUICK = 1000, 20
"""Studies of a cell."""


def run_command(description: str, cells: Callable[[int, int], None]) -> None:
    """Run an experiment with the studies a cell, and the seed, that the command line asks for.

    Args:
        description: What the experiment shows.
        cells: Prints its table, given the number of studies of each cell and the seed.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} studies a cell instead of {FULL}")
    parser.add_argument("--studies", type=int, help="so many studies a cell")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    cells(arguments.studies or (QUICK if arguments.quick else FULL), arguments.seed)

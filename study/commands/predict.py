"""`lrstudy predict`: ask a study's winner about image files."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from study.commands.shared.arguments import path_argument
from trainables.text import counted

BATCH = 64
SOME_UNREADABLE = 3
"""Exit status where some files could not be read, and the others were predicted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, or a model's own"
    )
    parser.add_argument(
        "images",
        metavar="IMAGES",
        nargs="+",
        help="image files, folders, patterns, or a .txt that lists files",
    )
    parser.add_argument("--arm", help="whose winner is asked (default: the arm that the study says to use)")
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=path_argument,
        help="a .csv, .json or .parquet (default: CSV is printed)",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE where it is there")
    parser.add_argument(
        "--batch", type=_number, default=BATCH, metavar="N", help=f"images at a time ({BATCH})"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where it computes")


def execute(arguments: argparse.Namespace) -> int:
    """Predict all files; return 3 where some could not be read, and 1 where none could."""
    from analysis.tables.csv_tables import to_csv
    from study.models.answer_table import check_place, write_table
    from study.models.asked_files import asked_files
    from study.models.opening import open_model
    from study.models.predicting import predict_files
    from study.results.places import read_here
    from study.results.winner import meant_model

    winner = meant_model(arguments.folder, arm=arguments.arm)
    if arguments.out is not None:
        check_place(arguments.out, force=arguments.force)
    files = asked_files(arguments.images)
    source = None if winner.results is None else read_here(winner.results).data.target
    model = open_model(winner.folder, device=arguments.device, source=source)
    with _progress(len(files)) as done:
        table = predict_files(model, files, batch=arguments.batch, done=done)
    unreadable = table[table["error"].notna()]
    for path, why in zip(unreadable["path"], unreadable["error"], strict=True):
        print(f"{path}: {why}", file=sys.stderr)
    if arguments.out is None:
        print(to_csv(table).decode(), end="")
    else:
        write_table(table, arguments.out)
    print(_ended(winner.run, len(files), len(unreadable), arguments.out), file=sys.stderr)
    if not len(unreadable):
        return 0
    return SOME_UNREADABLE if len(unreadable) < len(files) else 1


def _number(text: str) -> int:
    """Return a whole number from 1.

    Raises:
        argparse.ArgumentTypeError: If it is none.
    """
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; a whole number from 1")
    return int(text)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show how far it is where standard error is a terminal; yield what is told of every batch."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = ("predicted", MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda number: progress.advance(task, number)


def _ended(run: str, number: int, num_unreadable: int, out: Path | None) -> str:
    where = "" if out is None else f", in {out}"
    rest = f"; {counted(num_unreadable, 'file')} could not be read" if num_unreadable else ""
    return f"{counted(number - num_unreadable, 'image')} predicted by {run}{where}{rest}"

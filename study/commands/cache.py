"""`lrstudy cache`: list what lies in the cache, and delete what nobody uses."""

import argparse
from pathlib import Path

from study.preparation.cache_kinds import KINDS, MADE_AGAIN

GIGABYTE, MEGABYTE = 1e9, 1e6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--prune", action="store_true", help="delete what no running process uses")
    parser.add_argument(
        "--unused-days", type=_days, default=0.0, metavar="DAYS", help="only what was not used for so long"
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=KINDS,
        help="only this kind; may be repeated. Trained source weights go only when they are named: interrupted "
        "studies can't go on without them",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print one line for each kind and, with --prune, what was deleted."""
    from study.errors import StudyError
    from trainables.data import cache_dir

    cache = cache_dir()
    try:
        return _list(cache, arguments)
    except OSError as error:
        raise StudyError(f"{cache}: {error}") from error


def _list(cache: Path, arguments: argparse.Namespace) -> int:
    from study.preparation.cache_entries import cache_entries, delete, prunable

    entries = cache_entries(cache)
    print(f"{cache}: {_size(sum(entry.num_bytes for entry in entries))}")
    for kind in arguments.kind or KINDS:
        of_kind = [entry for entry in entries if entry.kind == kind]
        used = sum(entry.in_use for entry in of_kind)
        size = _size(sum(entry.num_bytes for entry in of_kind))
        print(f"  {kind:<12} {len(of_kind):>6} {_noun(len(of_kind)):<7} {size:>10}   {used} in use")
        for entry in of_kind if arguments.kind else ():
            state = "in use" if entry.in_use else f"last used {entry.days_unused():.0f} days ago"
            print(f"    {entry.path.name}  {_size(entry.num_bytes):>10}  {state}")
    if arguments.prune:
        kinds = tuple(arguments.kind or MADE_AGAIN)
        gone = delete(cache, prunable(entries, kinds=kinds, days=arguments.unused_days))
        print(f"Deleted {len(gone)} {_noun(len(gone))}, {_size(sum(entry.num_bytes for entry in gone))}.")
    return 0


def _noun(number: int) -> str:
    return "entry" if number == 1 else "entries"


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not days >= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; a number, at least 0")
    return days


def _size(num_bytes: int) -> str:
    if num_bytes >= GIGABYTE:
        return f"{num_bytes / GIGABYTE:.1f} GB"
    return f"{num_bytes / MEGABYTE:.1f} MB"

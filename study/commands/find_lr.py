"""`lrstudy find-lr`: run the learning-rate range test and draw it."""

import argparse
import json
from pathlib import Path

from study.commands._study_file import add_study_file, read_study_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser)
    parser.add_argument("--arm", help="whose phases are tested (default: the study's first arm)")
    parser.add_argument("--picture", type=Path, default=Path("find-lr.png"), help="PNG to write")
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Test every phase of the arm in turn, from the weights that the phases before it leave."""
    spec = read_study_file(arguments)
    from study.find_rates import draw_range_tests, find_rates
    from study.prepare import prepare_study

    found = find_rates(prepare_study(spec), arm=arguments.arm)
    draw_range_tests(found, arguments.picture)
    if arguments.json:
        keys = ("lr", "low", "high", "reason")
        shown = [{"phase": f.phase} | {key: getattr(f.suggestion, key) for key in keys} for f in found]
        print(json.dumps(shown, indent=2))
        return 0
    for f in found:
        s = f.suggestion
        if s.lr is None:
            print(f"{f.phase}: no suggestion ({s.reason})")
        else:
            print(f"{f.phase}: {s.lr:.2g} (band {s.low:.2g} ... {s.high:.2g} over {len(s.tests)} tests)")
    print(
        f"Drawn in {arguments.picture}. A suggestion is a place to begin: check it against rates really trained."
    )
    return 0

"""`lrstudy curve`: study the arms at several numbers of labels."""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from study.commands.shared.arguments import add_study_file

if TYPE_CHECKING:
    from analysis.label_curve.curve import LabelCurve
    from study.tuning.label_curve.sizes import CurvePlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser)
    parser.add_argument(
        "--per-class",
        dest="sizes",
        metavar="N,N,...",
        type=_sizes,
        required=True,
        help="training images of a class, rising; the larger samples hold the smaller ones: 10,20,50,100",
    )
    parser.add_argument(
        "--search",
        choices=("each", "largest"),
        default="each",
        help="search the arms at each size, or at the largest alone and use its winners, with rates by the range test, "
        "at the others (default: each)",
    )
    parser.add_argument(
        "--label-price",
        type=_price,
        metavar="MONEY",
        help="what a label costs, in the currency of compare.cost_per_hour",
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON; what happens meanwhile goes to stderr"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run what is left of the curve; 0 where all of it has ended, 130 where a signal stopped it."""
    from study.tuning.label_curve.run import run_curve
    from study.tuning.label_curve.sizes import CurveFile, plan_curve

    file = CurveFile(file=arguments.file, overrides=tuple(arguments.overrides), preset=arguments.preset)
    with _standard_output_on(2 if arguments.json else 1):
        plan = plan_curve(file, arguments.sizes, search_at=arguments.search)
        stopped = run_curve(plan, search_at=arguments.search, say=_say)
    if stopped:
        print(
            "The curve was stopped; what is done is kept. The same command again goes on with it.",
            file=sys.stderr,
        )
        return 130
    return _show(plan, arguments)


def _show(plan: "CurvePlan", arguments: argparse.Namespace) -> int:
    from analysis.label_curve.page import plain, write_label_curve
    from analysis.label_curve.sentences import text

    curve = _measured(plan, arguments)
    files = write_label_curve(curve, plan.folder)
    if arguments.json:
        print(json.dumps(plain(curve), indent=2))
        return 0
    print(f"\n{text(curve)}\n\nWhere to look next:")
    print(f"  {files.page}   the curve, with its picture\n  {files.table}   its numbers")
    print(f"  {plan.folder}   each size's study, with its report")
    return 0


def _measured(plan: "CurvePlan", arguments: argparse.Namespace) -> "LabelCurve":
    from analysis import load_study
    from analysis.label_curve.curve import LabelCurve
    from study.tuning.label_curve.run import results_of

    return LabelCurve(
        name=plan.name,
        studies={size: load_study(folder) for size, folder in results_of(plan).items()},
        winners_of=plan.largest if arguments.search == "largest" else None,
        label_price=arguments.label_price,
    )


def _say(line: str) -> None:
    print(line, flush=True)


@contextlib.contextmanager
def _standard_output_on(descriptor: int) -> Iterator[None]:
    """Send what this process and its children print to a file descriptor of theirs."""
    sys.stdout.flush()
    before = os.dup(1)
    os.dup2(descriptor, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(before, 1)
        os.close(before)


def _sizes(text: str) -> tuple[int, ...]:
    from study.tuning.label_curve.sizes import parse_sizes

    try:
        return parse_sizes(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _price(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 <= price < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; a number, at least 0")
    return price

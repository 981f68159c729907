"""`lrstudy find-lr`: run the learning-rate range test and draw it."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.commands.shared.arguments import add_study_file, picture_argument
from study.spec.study_file import load_spec

if TYPE_CHECKING:
    from study.preview.find_rates import Found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser)
    parser.add_argument("--arm", help="whose phases are tested (default: the study's first arm)")
    parser.add_argument("--picture", type=picture_argument, default=Path("find-lr.png"), help="PNG to write")
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Test every phase of the arm in turn, from the weights that the phases before it leave."""
    spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
    from study.preparation.prepare import prepare_study
    from study.preview.find_rates import find_rates
    from study.preview.range_test_picture import draw_range_tests
    from trainables.data import cache_dir
    from trainables.sharing.leases import cache_in_use

    with cache_in_use(cache_dir()):
        prepared = prepare_study(spec)
        found = find_rates(
            prepared, arm=arguments.arm, say=lambda line: print(line, file=sys.stderr, flush=True)
        )
    draw_range_tests(found, arguments.picture)
    if arguments.json:
        print(json.dumps([_plain(f) for f in found], indent=2))
        return 0
    for f in found:
        print(_sentence(f))
    print(
        f"Drawn in {arguments.picture}. A suggestion is a place to begin: check it against rates really trained."
    )
    return 0


def _plain(found: "Found") -> dict[str, Any]:
    """Return a phase's suggestion, and every other rule's, for JSON."""
    from trainables.range_test import combine_by_every_rule

    keys = ("rule", "lr", "low", "high", "reason")
    rules = {rule: s.lr for rule, s in combine_by_every_rule(found.suggestion.tests).items()}
    return {"phase": found.phase} | {key: getattr(found.suggestion, key) for key in keys} | {"rules": rules}


def _sentence(found: "Found") -> str:
    s = found.suggestion
    if s.lr is None:
        return f"{found.phase}: no suggestion by {s.rule}: {s.reason}"
    return (
        f"{found.phase}: {s.lr:.2g} by {s.rule} (band {s.low:.2g} ... {s.high:.2g} over {len(s.tests)} tests)"
    )

"""Score the range test's rules by the regret of what they suggest; see `regret.py`.

    python -m benchmarks.range_test.score --grid grid.jsonl --curves curves.jsonl [--picture range_test.png]

The default rule is the best on the half "choose", the rule of the least mean regret, of equals that with the better
worst case; the half "report" had no say.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean, median, stdev

from scipy import stats

from benchmarks.range_test.picture import draw
from benchmarks.range_test.regret import (
    Score,
    best_constant,
    half_of,
    read_curves,
    read_grid,
    score_constant,
    score_rule,
)
from trainables.range_test import RULES

CONSTANTS = (1e-2, 3e-2)


def table(scores: Mapping[str, Score]) -> str:
    """Return the scores as a Markdown table, the least regret first."""
    lines = [
        "| rule | regret, points | sd | median | worst | none | where it suggests | x best rate | moves: seeds "
        "| moves: tests |",
        "|---" * 10 + "|",
    ]
    for name, s in sorted(scores.items(), key=lambda item: _order(item[1])):
        points = [100 * regret for regret in s.regrets]
        cells = [
            f"{fmean(points):.2f}",
            f"{stdev(points):.2f}",
            f"{median(points):.2f}",
            f"{max(points):.1f}",
        ]
        if s.of:
            cells += [f"{s.num_none}/{s.of}", f"{100 * fmean(s.made):.2f}", f"{median(s.offsets):.2g}"]
            cells += [_spread(s.seed_moves), _spread(s.test_moves)]
        lines.append(f"| {' | '.join([name, *cells, *[''] * (9 - len(cells))])} |")
    return "\n".join(lines)


def _spread(moves: tuple[float, ...]) -> str:
    return f"{median(moves):.2g} (at most {max(moves):.2g})"


def _order(score: Score) -> tuple[float, float]:
    """Return what rules are chosen by: mean regret, then the worst case."""
    return fmean(score.regrets), max(score.regrets)


def _difference(one: Score, other: Score) -> str:
    """Return the mean difference of two regrets over the cases, with its interval by Student's t."""
    differences = [100 * (a - b) for a, b in zip(one.regrets, other.regrets, strict=True)]
    error = stdev(differences) / len(differences) ** 0.5
    reach = error * float(stats.t.ppf(0.975, len(differences) - 1))
    mean = fmean(differences)
    return f"{mean:+.2f} points (95 % {mean - reach:+.2f} to {mean + reach:+.2f}, {len(differences)} cases)"


def main() -> None:
    """Print both halves' tables and the chosen rule, and draw them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--grid", type=Path, required=True)
    parser.add_argument("--curves", type=Path, required=True)
    parser.add_argument("--half", choices=("choose", "report"), help="only this half (default: both)")
    parser.add_argument("--picture", type=Path)
    arguments = parser.parse_args()
    grid, curves = read_grid(arguments.grid), read_curves(arguments.curves)
    choose = half_of(grid, "choose")
    constants = sorted({*CONSTANTS, best_constant(choose)})
    halves: dict[str, dict[str, Score]] = {}
    for half in (arguments.half,) if arguments.half else ("choose", "report"):
        cases = half_of(grid, half)
        halves[half] = {rule: score_rule(rule, cases, curves) for rule in RULES}
        halves[half] |= {f"always {lr:g}": score_constant(lr, cases) for lr in constants}
        diverged = sum(trained.num_diverged for trained in cases.values())
        print(f"\n{half}: {len(cases)} cases; {diverged} runs of the grid diverged\n\n{table(halves[half])}")
    if "choose" in halves:
        chosen = min(RULES, key=lambda rule: _order(halves["choose"][rule]))
        print(f"\nChosen: {chosen}")
        for half, scores in halves.items():
            for other in (f"always {best_constant(choose):g}", "minimum_tenth", "valley"):
                print(f"{half}: {chosen} - {other}: {_difference(scores[chosen], scores[other])}")
    if arguments.picture:
        draw(
            {half: {n: s.regrets for n, s in scores.items()} for half, scores in halves.items()},
            arguments.picture,
        )


if __name__ == "__main__":
    main()

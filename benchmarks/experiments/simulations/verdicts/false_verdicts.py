"""How often studies give a false verdict: `python -m benchmarks.experiments.simulations.verdicts.false_verdicts`.

"Better" of an arm that is like the reference, and "practically the same" of one that differs by just the margin, of any
arm of a study, at a nominal 5 % each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.statistics.planned_looks import planned_looks
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.verdicts.simulated_ends import KINDS, Kind
from benchmarks.experiments.simulations.verdicts.simulated_verdicts import (
    ARM,
    REFERENCE,
    SAME,
    UNDECIDED,
    Studies,
    Verdicts,
    at_fixed,
    until_decided,
)

PLANNED = planned_looks(5, 30)
FIXED = (5, 10)
ARMS = (1, 2, 4)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Fractions of studies.

    Attributes:
        better: With any false "better": of an arm that is like the reference, or of the worse one of two.
        same: With any false "practically the same".
        decided: In which every arm has a verdict.
    """

    better: float
    same: float
    decided: float


def rates(ended: Verdicts, truths: tuple[float, ...]) -> Rates:
    """Return how often studies erred, of arms that are like the reference or differ by the margin at least."""
    truth, verdicts = np.array(truths), ended.verdicts
    better = ((verdicts == ARM) & (truth <= 0)) | ((verdicts == REFERENCE) & (truth >= 0))
    same = (verdicts == SAME) & (truth != 0)
    return Rates(
        better=float(better.any(axis=1).mean()),
        same=float(same.any(axis=1).mean()),
        decided=float((verdicts != UNDECIDED).all(axis=1).mean()),
    )


def truths_of(kind: Kind, num_arms: int) -> Iterator[tuple[str, tuple[float, ...], float]]:
    """Yield what the arms are, in words, their true differences, and the margin.

    Equal arms have a margin that nothing is ever shown to lie in, so that all looks are made at them.
    """
    edge = kind.margin
    yield "equal", (0.0,) * num_arms, kind.narrow
    yield "at + margin", (edge,) * num_arms, edge
    yield "at - margin", (-edge,) * num_arms, edge
    if num_arms > 1:
        half = num_arms // 2
        yield "half equal, half at + margin", (0.0,) * half + (edge,) * (num_arms - half), edge


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell: false "better", false "practically the same", all decided, in per cent."""
    names = [*(f"n = {n}" for n in FIXED), f"{PLANNED[0]} to {PLANNED[-1]} until decided"]
    print(
        f"{num_studies} studies a cell; false better, false same, all decided, in per cent; seeds on average"
    )
    print(
        f"| runs | arms | they are | {' | '.join(names)} | seeds |\n|---|---:|---|{'---|' * len(names)}---:|"
    )
    for kind in KINDS:
        for num_arms in ARMS:
            for name, truths, margin in truths_of(kind, num_arms):
                studies = Studies(kind=kind, truths=truths, margin=margin, num_studies=num_studies, seed=seed)
                ends = [*(at_fixed(studies, n) for n in FIXED), until_decided(studies, PLANNED)]
                found = [rates(ended, truths) for ended in ends]
                cells = [f"{100 * r.better:.1f}, {100 * r.same:.1f}, {100 * r.decided:.0f}" for r in found]
                seeds = ends[-1].num_seeds.mean()
                print(
                    f"| {kind.name} | {num_arms} | {name} | {' | '.join(cells)} | {seeds:.1f} |", flush=True
                )


if __name__ == "__main__":
    run_command(__doc__, print_cells)

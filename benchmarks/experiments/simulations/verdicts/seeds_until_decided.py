"""Runs until decided, against a fixed number of seeds with the same power.

`python -m benchmarks.experiments.simulations.verdicts.seeds_until_decided` prints it. The fixed number is the least
with which as many studies have a verdict on every arm.
"""

from dataclasses import replace

from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.verdicts.false_verdicts import PLANNED
from benchmarks.experiments.simulations.verdicts.simulated_ends import GAUSSIAN, KINDS, Kind
from benchmarks.experiments.simulations.verdicts.simulated_verdicts import (
    UNDECIDED,
    Studies,
    at_fixed,
    until_decided,
)

MOST_SEEDS = 60
CELLS: tuple[tuple[Kind, tuple[float, ...]], ...] = (
    *((GAUSSIAN, (truth,)) for truth in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)),
    *((GAUSSIAN, (0.0, truth)) for truth in (0.0, 1.0, 2.0)),
    (GAUSSIAN, (-3.0, -2.0, 0.0, 2.0)),
    (GAUSSIAN, (-4.0, -3.0, -2.0, 0.5)),
    *((KINDS[4], (truth,)) for truth in (0.0, 0.05, 0.1, 0.15)),
)
"""Kinds, and true differences to the reference."""


def share_decided(studies: Studies, num_seeds: int) -> float:
    """Return the share of studies of so many seeds, judged once, that have a verdict on every arm."""
    return float((at_fixed(studies, num_seeds).verdicts != UNDECIDED).all(axis=1).mean())


def fixed_of_same_power(studies: Studies, power: float) -> int | None:
    """Return the least number of seeds with which a share of `power` is decided; None beyond MOST_SEEDS."""
    if share_decided(studies, MOST_SEEDS) < power:
        return None
    low, high = 2, MOST_SEEDS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if share_decided(studies, middle) >= power else (middle, high)
    return high


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell, {PLANNED} seeds planned")
    print(
        "| runs | true differences | margin | decided | seeds | runs in all | fixed seeds | runs in all | saved |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for kind, truths in CELLS:
        studies = Studies(kind=kind, truths=truths, margin=kind.margin, num_studies=num_studies, seed=seed)
        ended = until_decided(studies, PLANNED)
        power = float((ended.verdicts != UNDECIDED).all(axis=1).mean())
        fixed = fixed_of_same_power(
            replace(studies, num_studies=min(num_studies, 1000), seed=seed + 1), power
        )
        runs = float(ended.num_runs.mean())
        against = "over 60 | - | -"
        if fixed is not None:
            of_fixed = fixed * (1 + len(truths))
            against = f"{fixed} | {of_fixed} | {100 * (1 - runs / of_fixed):.0f} %"
        named = ", ".join(f"{truth:g}" for truth in truths)
        cells = f"{100 * power:.0f} % | {ended.num_seeds.mean():.1f} | {runs:.1f}"
        print(f"| {kind.name} | {named} | {kind.margin:g} | {cells} | {against} |", flush=True)


if __name__ == "__main__":
    run_command(__doc__, print_cells)

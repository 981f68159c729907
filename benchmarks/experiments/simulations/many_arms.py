"""False alarms and power of whole studies of many arms: `python -m benchmarks.experiments.simulations.many_arms`."""

import numpy as np

from analysis.statistics.estimate import Estimate, Spread, detectable_difference
from analysis.statistics.holm import holm
from analysis.statistics.paired import paired_t
from analysis.statistics.restricted_ratio import restricted_ratio, restricted_times, targets_without_each
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.coverage_of_times import outcomes_of
from benchmarks.experiments.simulations.simulated_arms import SimulatedArm, draw_curves

ALPHA = 0.05
REFERENCE = SimulatedArm()


def study(
    num_arms: int, num_seeds: int, generator: np.random.Generator
) -> tuple[list[Estimate | None], list[Estimate | None]]:
    """Return the ends and the times of so many arms like the reference, all against the same reference runs."""
    reference = draw_curves(REFERENCE, num_seeds, generator)
    targets, way = targets_without_each(reference.values[:, -1]), outcomes_of(reference)
    ends, times = [], []
    for _ in range(num_arms):
        arm = draw_curves(REFERENCE, num_seeds, generator)
        ends.append(paired_t((arm.values[:, -1] - reference.values[:, -1]).tolist(), confidence=1 - ALPHA))
        restricted = restricted_times({"arm": outcomes_of(arm), "reference": way}, targets)
        ratio = restricted_ratio(restricted, confidence=1 - ALPHA)
        times.append(None if ratio is None else ratio.log)
    return ends, times


def alarms(num_arms: int, num_seeds: int, *, num_studies: int, seed: int) -> tuple[float, float]:
    """Return the fraction of A/A studies with any false difference of an end, and with any of a time: two families."""
    generator = np.random.default_rng(seed)
    wrong = np.zeros(2)
    for _ in range(num_studies):
        wrong += [_any(family) for family in study(num_arms, num_seeds, generator)]
    of_ends, of_times = (wrong / num_studies).tolist()
    return of_ends, of_times


def power(num_arms: int, num_seeds: int, *, num_studies: int, seed: int, as_judged: bool) -> float:
    """Return how often the difference that is called detectable with 80 % power is shown, of one arm among others.

    Args:
        num_arms: Arms beside the reference; all but one are like it. Their ends are one family of questions.
        num_seeds: Pairs.
        num_studies: Studies.
        seed: Of the draws.
        as_judged: Whether it is computed at the level of one among all ends, or at alpha as if it were alone.
    """
    generator = np.random.default_rng(seed)
    level = ALPHA / num_arms if as_judged else ALPHA
    spread = Spread(standard_error=(2 / num_seeds) ** 0.5, df=num_seeds - 1)
    difference = detectable_difference(spread, confidence=1 - level)
    assert difference is not None
    shown = 0
    for _ in range(num_studies):
        runs = generator.standard_normal((num_arms + 1, num_seeds))
        runs[1] += difference
        ends = [paired_t((arm - runs[0]).tolist(), confidence=1 - ALPHA) for arm in runs[1:]]
        first = holm([None if each is None else each.p for each in ends])[0]
        shown += first is not None and first < ALPHA
    return shown / num_studies


def _any(estimates: list[Estimate | None]) -> bool:
    """Return whether any difference of one family is shown, as `judging.judge` has it: by Holm's p-values."""
    adjusted = holm([None if each is None else each.p for each in estimates])
    return any(p is not None and p < ALPHA for p in adjusted)


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell")
    print("| arms | seeds | any end, of all ends | any time, of all times |")
    print("|---:|---:|---:|---:|")
    for num_arms in (1, 2, 4, 8, 16):
        for num_seeds in (5, 10):
            ends, times = alarms(num_arms, num_seeds, num_studies=num_studies, seed=seed)
            print(f"| {num_arms} | {num_seeds} | {100 * ends:.1f} | {100 * times:.1f} |", flush=True)
    print("| arms | seeds | power of what has 80 % as judged | of what has 80 % alone |")
    print("|---:|---:|---:|---:|")
    for num_arms in (1, 4):
        for num_seeds in (5, 10, 20):
            found = [
                power(num_arms, num_seeds, num_studies=num_studies, seed=seed, as_judged=judged)
                for judged in (True, False)
            ]
            print(f"| {num_arms} | {num_seeds} | " + " | ".join(f"{100 * f:.1f}" for f in found) + " |")


if __name__ == "__main__":
    run_command(__doc__, print_cells)

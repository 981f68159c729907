"""How often the interval of a ratio of times covers the truth.

`python -m benchmarks.experiments.simulations.coverage_of_times` prints it.
"""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.paired import paired_t
from analysis.statistics.ratio import Ratio
from analysis.statistics.restricted_ratio import restricted_ratio, restricted_times, targets_without_each
from analysis.statistics.time_to_target import Outcome, outcome
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.simulated_arms import Curves, SimulatedArm, draw_curves

REFERENCE = SimulatedArm()
ARMS = {
    "A/A": REFERENCE,
    "2 times as fast an epoch": SimulatedArm(seconds=5.0),
    "2 times the pace": SimulatedArm(pace=10.0),
    "4 times the pace": SimulatedArm(pace=20.0),
    "2 times the pace, 0.03 better": SimulatedArm(pace=10.0, level=0.83),
    "0.03 worse": SimulatedArm(level=0.77),
}
CONFIDENCE = 0.95
NUM_TRUTH = 40_000


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Of one cell: fractions of the studies that stated an interval, but for `stated`, of all."""

    stated: float
    covered: float
    truth_below: float
    truth_above: float
    covered_by_paired_t: float


def true_log_ratio(arm: SimulatedArm, num_seeds: int, generator: np.random.Generator) -> float:
    """Return what a study's ratio estimates, from many runs: targets are means of fresh reference runs."""
    finals = draw_curves(REFERENCE, NUM_TRUTH, generator).values[:, -1]
    targets = np.mean([generator.permutation(finals) for _ in range(num_seeds - 1)], axis=0)
    reference, other = (_times(draw_curves(each, NUM_TRUTH, generator), targets) for each in (REFERENCE, arm))
    return float((np.log(reference) - np.log(other)).mean())


def simulated_ratio(
    arm: SimulatedArm, num_seeds: int, generator: np.random.Generator
) -> tuple[Ratio | None, list[float]]:
    """Return one study's ratio, None where under half of both arms reach, and the logarithms of its pairs."""
    curves = {
        "arm": draw_curves(arm, num_seeds, generator),
        "reference": draw_curves(REFERENCE, num_seeds, generator),
    }
    targets = targets_without_each(curves["reference"].values[:, -1])
    outcomes = {side: outcomes_of(each) for side, each in curves.items()}
    times = restricted_times(outcomes, targets)
    logs = (np.log(times["reference"][0]) - np.log(times["arm"][0])).tolist()
    if all(_few(of_side, targets[0]) for of_side in outcomes.values()):
        return None, logs
    return restricted_ratio(times, confidence=CONFIDENCE), logs


def coverage(arm: SimulatedArm, num_seeds: int, *, num_studies: int, seed: int) -> Coverage:
    """Return how the intervals of so many studies lie about the truth."""
    generator = np.random.default_rng((seed, num_seeds))
    truth = true_log_ratio(arm, num_seeds, generator)
    rows = []
    for _ in range(num_studies):
        ratio, logs = simulated_ratio(arm, num_seeds, generator)
        if ratio is None or ratio.log.low is None or ratio.log.high is None or ratio.log.degenerate:
            continue
        plain = paired_t(logs, confidence=CONFIDENCE)
        assert plain is not None
        assert plain.low is not None
        assert plain.high is not None
        rows.append((truth < ratio.log.low, truth > ratio.log.high, plain.low <= truth <= plain.high))
    below, above, plain_covers = np.mean(rows, axis=0)
    return Coverage(
        stated=len(rows) / num_studies,
        covered=1 - below - above,
        truth_below=below,
        truth_above=above,
        covered_by_paired_t=plain_covers,
    )


def outcomes_of(curves: Curves) -> list[Outcome]:
    """Return what became of drawn runs, all of which finished."""
    num_epochs = curves.values.shape[1]
    return [
        outcome(values, seconds, end_seconds=float(seconds[-1]), num_epochs=num_epochs, finished=True)
        for values, seconds in zip(curves.values, curves.seconds, strict=True)
    ]


def _few(outcomes: list[Outcome], targets: np.ndarray) -> bool:
    reached = [not np.isnan(o.reached_seconds(targets[[place]])[0]) for place, o in enumerate(outcomes)]
    return 2 * sum(reached) < len(reached)


def _times(curves: Curves, targets: np.ndarray) -> np.ndarray:
    """Return the times within the budget by the definition, epoch by epoch: not by the analysis' own way."""
    above = curves.values >= targets[:, None]
    holds = above & np.append(above[:, 1:], above[:, -1:], axis=1)
    first = holds.argmax(axis=1)
    times: np.ndarray = np.where(
        holds.any(axis=1), curves.seconds[np.arange(len(first)), first], curves.seconds[:, -1]
    )
    return times


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell; nominal {CONFIDENCE:.0%}")
    print("| arm | seeds | stated | covered | truth below | truth above | covered by paired t |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, arm in ARMS.items():
        for num_seeds in (5, 10, 20):
            one = coverage(arm, num_seeds, num_studies=num_studies, seed=seed)
            cells = (one.stated, one.covered, one.truth_below, one.truth_above, one.covered_by_paired_t)
            print(
                f"| {name} | {num_seeds} | " + " | ".join(f"{100 * c:.1f}" for c in cells) + " |", flush=True
            )


if __name__ == "__main__":
    run_command(__doc__, print_cells)

"""False alarms of studies that are extended while undecided.

`python -m benchmarks.experiments.simulations.extensions` prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.looks import Looks
from benchmarks.experiments.command import run_command

ALPHA = 0.05
MORE = 5
"""Seeds of an extension."""

NUM_IMAGES = 200


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Fractions of the studies in which a difference is shown.

    Attributes:
        last: By the last report of a user who extends while nothing is shown and p lies below a half.
        always_extended: By any of the reports of one who extends whatever they say.
        at_alpha: By the last report of the first user, were every look judged at alpha.
    """

    last: float
    always_extended: float
    at_alpha: float


def p_values(
    num_seeds: int, num_extensions: int, generator: np.random.Generator, *, effect: float
) -> list[float]:
    """Return one study's p-value at each look that may be made.

    Differences of correctness have noise of seeds, of images, which are the same at every look, and of both.
    """
    most = num_seeds + MORE * num_extensions
    table = (
        effect
        + 0.015 * generator.standard_normal((most, 1))
        + 0.1 * generator.standard_normal((1, NUM_IMAGES))
        + 0.3 * generator.standard_normal((most, NUM_IMAGES))
    )
    found = []
    for look in range(num_extensions + 1):
        p = crossed_estimate(table[: num_seeds + MORE * look], confidence=1 - ALPHA).p
        assert p is not None
        found.append(p)
    return found


def verdicts(p_values: Sequence[float], levels: Sequence[float]) -> list[bool]:
    """Return what the reports show of a user who extends while nothing is shown and p lies below a half."""
    shown_here: list[bool] = []
    for p, level in zip(p_values, levels, strict=True):
        shown_here.append(p < level)
        if p < level or p >= 0.5:
            break
    return shown_here


def shown(num_seeds: int, num_extensions: int, *, num_studies: int, seed: int, effect: float = 0.0) -> Shown:
    """Return how often a difference is shown by studies that may be extended so many times."""
    generator = np.random.default_rng(seed)
    seeds = [num_seeds + MORE * look for look in range(num_extensions + 1)]
    levels = [Looks(num_seeds=tuple(seeds[: look + 1])).level(ALPHA) for look in range(len(seeds))]
    rows = []
    for _ in range(num_studies):
        found = p_values(num_seeds, num_extensions, generator, effect=effect)
        once_shown = any(p < level for p, level in zip(found, levels, strict=True))
        rows.append((verdicts(found, levels)[-1], once_shown, verdicts(found, [ALPHA] * len(found))[-1]))
    last, always_extended, at_alpha = np.mean(rows, axis=0)
    return Shown(last=last, always_extended=always_extended, at_alpha=at_alpha)


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell, extended by {MORE} seeds while nothing is shown and p < 0.5")
    print("| difference | seeds | extensions | last report | any of all reports | last, at alpha each time |")
    print("|---:|---:|---:|---:|---:|---:|")
    for effect in (0.0, 0.03):
        for num_seeds in (5, 10):
            for num_extensions in (0, 1, 2, 4):
                one = shown(num_seeds, num_extensions, num_studies=num_studies, seed=seed, effect=effect)
                cells = " | ".join(f"{100 * c:.1f}" for c in (one.last, one.always_extended, one.at_alpha))
                print(f"| {effect} | {num_seeds} | {num_extensions} | {cells} |", flush=True)


if __name__ == "__main__":
    run_command(__doc__, print_cells)

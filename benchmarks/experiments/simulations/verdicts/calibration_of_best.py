"""Said and true, of the arm to use: `python -m benchmarks.experiments.simulations.verdicts.calibration_of_best`.

How often the arm with the highest mean is the best where a probability is said, and what using it loses, against the
loss that is said; how often an open question is decided after the further pairs that are said to decide 80 % of such.
Arms' true values are drawn anew for each study, with a deviation that is a multiple of the standard error of an arm's
mean: where arms hardly differ at all, what is said is still too sure, and where they differ it is not sure enough.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.statistics.estimate import equivalence_p_value
from analysis.statistics.further_pairs import further_pairs
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.joint_posterior import joint_posterior
from analysis.statistics.looks import Looks
from analysis.statistics.paired import paired_t
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.verdicts.simulated_ends import GAUSSIAN, KINDS, Kind, drawn

ALPHA = 0.05
BINS = (0.0, 0.5, 0.7, 0.9, 0.97, 1.0)
SPREADS = (0.25, 1.0, 4.0, 20.0)
"""Deviation of the arms' true values, in standard errors of an arm's mean; the last stands for a flat prior."""

IMAGES_ERROR = 0.022
"""Standard error of a difference of accuracy on 300 test images with five seeds, roughly."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Said:
    """Of the arm with the highest mean, one row a study.

    Attributes:
        probability: Said to be the best.
        best: Whether it was.
        said_loss: Said to be lost by it on average.
        true_loss: Lost.
    """

    probability: np.ndarray
    best: np.ndarray
    said_loss: np.ndarray
    true_loss: np.ndarray


def best_arms(
    kind: Kind, num_arms: int, num_seeds: int, spread: float, *, num_studies: int, seed: int = 0
) -> Said:
    """Return what is said of the best of so many arms, the reference among them, and what is true.

    Args:
        kind: How runs vary.
        num_arms: Arms, 2 or more.
        num_seeds: Of each.
        spread: Deviation of the true values, in standard errors of an arm's mean.
        num_studies: Studies.
        seed: Of the draws.
    """
    generator = np.random.default_rng([seed, num_arms, num_seeds])
    truths = spread * _error(kind, num_seeds) * generator.standard_normal((num_studies, num_arms))
    truths = (truths - truths[:, :1]).clip(-0.6, 0.18) if kind.num_images else truths - truths[:, :1]
    rows = []
    runs = drawn(kind, truths[:, 1:], num_studies=num_studies, num_seeds=num_seeds, generator=generator)
    for study, truth in zip((each for part in runs for each in part), truths, strict=True):
        images = ImageSample.alone(kind.num_images) if kind.num_images else None
        posterior = joint_posterior(study.astype(float), images)
        assert posterior is not None
        leader = int(study.mean(axis=(1, 2)).argmax())
        lost = float(truth.max() - truth[leader])
        rows.append((posterior.probability_best[leader], lost == 0, posterior.expected_loss[leader], lost))
    probability, best, said_loss, true_loss = np.array(rows, dtype=float).T
    return Said(probability=probability, best=best, said_loss=said_loss, true_loss=true_loss)


def decided_after(
    num_seeds: int, spread: float, margin: float, *, num_studies: int, seed: int = 0
) -> tuple[float, int]:
    """Return the share of open questions that are decided after as many further pairs as are said, and their number.

    Two arms, seeds alone; questions for which more than 1,000 pairs would be needed are left out.

    Args:
        num_seeds: Pairs before.
        spread: Deviation of the true difference, in standard errors of the mean difference.
        margin: Half the width of what counts as the same, in deviations of a pair's difference.
        num_studies: Studies, decided ones included.
        seed: Of the draws.
    """
    generator = np.random.default_rng([seed, num_seeds])
    found = []
    for truth in spread / num_seeds**0.5 * generator.standard_normal(num_studies):
        pairs = truth + generator.standard_normal(num_seeds)
        if _decided(pairs, margin, ALPHA):
            continue
        estimate = paired_t(pairs.tolist(), confidence=1 - ALPHA)
        assert estimate is not None
        needed = further_pairs(estimate, margin=margin, level=lambda more: _level(num_seeds, more))
        if needed is None or needed.pairs is None:
            continue
        more = truth + generator.standard_normal(needed.pairs)
        found.append(_decided(np.concatenate([pairs, more]), margin, _level(num_seeds, needed.pairs)))
    return float(np.mean(found)), len(found)


def _error(kind: Kind, num_seeds: int) -> float:
    return IMAGES_ERROR / 2**0.5 if kind.num_images else (0.5 / num_seeds) ** 0.5


def _level(num_seeds: int, more: int) -> float:
    return Looks(num_seeds=(num_seeds, num_seeds + more)).level(ALPHA)


def _decided(pairs: np.ndarray, margin: float, level: float) -> bool:
    estimate = paired_t(pairs.tolist(), confidence=1 - level)
    assert estimate is not None
    assert estimate.p is not None
    assert estimate.spread is not None
    same = equivalence_p_value(estimate.mean, estimate.spread, margin=margin)
    return estimate.p < level or (same is not None and same < level)


def print_cells(num_studies: int, seed: int) -> None:
    """Print the tables."""
    bins = [f"{100 * low:.0f} to {100 * high:.0f} %" for low, high in pairwise(BINS)]
    print(f"{num_studies} studies a cell; of the leader: share of studies, said and true, in per cent")
    print(f"| runs | arms | seeds | spread of truths | {' | '.join(bins)} | loss said | loss true |")
    print(f"|---|---:|---:|---:|{'---|' * len(bins)}---:|---:|")
    cells = [(GAUSSIAN, arms, seeds) for arms in (2, 3, 5) for seeds in (5, 10)] + [(KINDS[4], 3, 5)]
    for kind, num_arms, num_seeds in cells:
        for spread in SPREADS:
            said = best_arms(kind, num_arms, num_seeds, spread, num_studies=num_studies, seed=seed)
            shown = [_bin(said, low, high) for low, high in pairwise(BINS)]
            losses = [
                f"{each.mean() / _error(kind, num_seeds):.3f}" for each in (said.said_loss, said.true_loss)
            ]
            print(
                f"| {kind.name} | {num_arms} | {num_seeds} | {spread:g} | {' | '.join([*shown, *losses])} |",
                flush=True,
            )
    print("| seeds | spread of truths | margin | open questions | decided after what is said for 80 % |")
    print("|---:|---:|---:|---:|---:|")
    for num_seeds in (5, 10):
        for spread in SPREADS[:3]:
            for margin in (0.3, 1.0):
                share, count = decided_after(num_seeds, spread, margin, num_studies=num_studies, seed=seed)
                print(
                    f"| {num_seeds} | {spread:g} | {margin:g} | {count} | {100 * share:.1f} % |", flush=True
                )


def _bin(said: Said, low: float, high: float) -> str:
    here = (said.probability > low) & (said.probability <= high)
    if not here.any():
        return "-"
    share, of_said, true = here.mean(), said.probability[here].mean(), said.best[here].mean()
    return f"{100 * share:.0f}: {100 * of_said:.0f}, {100 * true:.0f}"


if __name__ == "__main__":
    run_command(__doc__, print_cells)

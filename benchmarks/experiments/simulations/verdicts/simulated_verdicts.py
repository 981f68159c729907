"""Three verdicts on many simulated studies at once, at one number of seeds or at planned looks until decided.

`tests/benchmarks/test_verdicts.py` holds them against `judge`, which takes one study.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from analysis.statistics.looks import MAX_ALPHA, ONE_LOOK, Looks
from benchmarks.experiments.simulations.verdicts.simulated_ends import (
    Kind,
    Shown,
    by_seeds,
    by_seeds_and_images,
    drawn,
)

ALPHA = 0.05
UNDECIDED, ARM, REFERENCE, SAME = 0, 1, -1, 2

_NUM_LEVELS = 40
_LEAST = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdicts:
    """Verdicts of studies, and what they took.

    Attributes:
        verdicts: Shape (studies, arms): ARM, REFERENCE, SAME or UNDECIDED.
        num_runs: Shape (studies,): confirmation runs of all arms and of the reference.
        num_seeds: Shape (studies,): seeds of the reference.
    """

    verdicts: np.ndarray
    num_runs: np.ndarray
    num_seeds: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Studies:
    """Studies of one kind.

    Attributes:
        kind: How runs vary.
        truths: True difference of each arm to the reference.
        margin: Half the width of what counts as the same.
        num_studies: How many.
        seed: Of the draws.
    """

    kind: Kind
    truths: tuple[float, ...]
    margin: float
    num_studies: int
    seed: int = 0


def at_fixed(studies: Studies, num_seeds: int) -> Verdicts:
    """Return how the studies end that train so many seeds, and look once."""
    return _ended(studies, num_seeds, lambda runs: _one_look(runs, studies.margin))


def until_decided(studies: Studies, planned: tuple[int, ...]) -> Verdicts:
    """Return how the studies end that are looked at as planned until every arm is decided.

    At each look every arm in the race is judged at all of its looks; arms shown to be worse than the reference leave
    the race, with what they have shown so far.
    """
    return _ended(studies, planned[-1], lambda runs: _sequential(runs, planned, studies.margin))


def verdicts_of(shown: Shown, looks: Sequence[Looks], which: np.ndarray, *, margin: float) -> np.ndarray:
    """Return the verdicts of `judge`, shape (studies, arms), without a degenerate spread.

    Args:
        shown: Of each arm, at its own last look.
        looks: The looks that an arm may have had.
        which: Shape (studies, arms): which of `looks` the arm has had.
        margin: Half the width of what counts as the same.
    """
    error = np.maximum(shown.standard_error, 1e-300)
    differ = 2 * special.stdtr(shown.df, -np.abs(shown.mean) / error)
    equal = np.minimum(1.0, 2 * special.stdtr(shown.df, -(margin - np.abs(shown.mean)) / error))
    adjusted, adjusted_equal = (_holm(_as_one_look(p, looks, which)) for p in (differ, equal))
    better = np.where(shown.mean > 0, ARM, REFERENCE)
    verdicts: np.ndarray = np.where(
        adjusted_equal < ALPHA, SAME, np.where(adjusted < ALPHA, better, UNDECIDED)
    )
    return verdicts


def _ended(studies: Studies, num_seeds: int, judged: Callable[[np.ndarray], Verdicts]) -> Verdicts:
    generator = np.random.default_rng([studies.seed, len(studies.truths), studies.kind.num_images])
    parts = [
        judged(runs)
        for runs in drawn(
            studies.kind,
            np.array(studies.truths),
            num_studies=studies.num_studies,
            num_seeds=num_seeds,
            generator=generator,
        )
    ]
    return Verdicts(
        verdicts=np.concatenate([part.verdicts for part in parts]),
        num_runs=np.concatenate([part.num_runs for part in parts]),
        num_seeds=np.concatenate([part.num_seeds for part in parts]),
    )


def _one_look(runs: np.ndarray, margin: float) -> Verdicts:
    num_studies, num_runs, num_seeds, _ = runs.shape
    shown = _shown(runs, ONE_LOOK)
    which = np.zeros(shown.mean.shape, dtype=int)
    return Verdicts(
        verdicts=verdicts_of(shown, [ONE_LOOK], which, margin=margin),
        num_runs=np.full(num_studies, num_runs * num_seeds),
        num_seeds=np.full(num_studies, num_seeds),
    )


def _sequential(runs: np.ndarray, planned: tuple[int, ...], margin: float) -> Verdicts:
    looks = [Looks(num_seeds=planned[: number + 1], planned=planned) for number in range(len(planned))]
    num_studies, num_arms = len(runs), runs.shape[1] - 1
    mean, error, df = (np.zeros((num_studies, num_arms)) for _ in range(3))
    last = np.zeros((num_studies, num_arms), dtype=int)
    verdicts = np.zeros((num_studies, num_arms), dtype=int)
    in_race = np.ones((num_studies, num_arms), dtype=bool)
    stopped = np.full(num_studies, -1)
    for number, num_seeds in enumerate(planned):
        under_way = stopped < 0
        looked_at = in_race & under_way[:, None]
        now = _shown(runs[:, :, :num_seeds], looks[number])
        for kept, new in ((mean, now.mean), (error, now.standard_error), (df, now.df)):
            kept[looked_at] = new[looked_at]
        last[looked_at] = number
        judged = verdicts_of(Shown(mean=mean, standard_error=error, df=df), looks, last, margin=margin)
        verdicts[under_way] = judged[under_way]
        in_race &= ~looked_at | (judged != REFERENCE)
        ends_now = under_way & (~in_race | (verdicts != UNDECIDED)).all(axis=1)
        stopped[ends_now | (under_way & (number == len(planned) - 1))] = number
    seeds = np.array(planned)
    return Verdicts(
        verdicts=verdicts,
        num_runs=seeds[stopped] + seeds[last].sum(axis=1),
        num_seeds=seeds[stopped],
    )


def _shown(runs: np.ndarray, looks: Looks) -> Shown:
    if runs.shape[3] == 1:
        return by_seeds(runs)
    return by_seeds_and_images(runs, alpha=looks.level(ALPHA))


def _as_one_look(p: np.ndarray, looks: Sequence[Looks], which: np.ndarray) -> np.ndarray:
    """Return `Looks.as_first_look` of every p-value, interpolated."""
    found = p.copy()
    for number, each in enumerate(looks):
        here = which == number
        if each == ONE_LOOK or not here.any():
            continue
        alphas, levels = _levels(each)
        found[here] = np.exp(np.interp(np.log(np.maximum(p[here], 1e-300)), levels, alphas))
        found[here & (p >= np.exp(levels[-1]))] = 1.0
    return found


@lru_cache
def _levels(looks: Looks) -> tuple[np.ndarray, np.ndarray]:
    """Return the logarithms of alphas, and of the levels of the last look at each."""
    alphas = np.geomspace(_LEAST, MAX_ALPHA, _NUM_LEVELS)
    return np.log(alphas), np.log([looks.level(float(alpha)) for alpha in alphas])


def _holm(p: np.ndarray) -> np.ndarray:
    """Return Holm's adjusted p-values of each row."""
    order = p.argsort(axis=1)
    ranked = np.take_along_axis(p, order, axis=1) * np.arange(p.shape[1], 0, -1)
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(np.minimum(ranked, 1.0), axis=1), axis=1)
    return adjusted

"""Alpha spending over the looks at a growing study."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy import optimize, stats

FURTHER = 0.2
"""Looks that were not planned err in at most this fraction of alpha more, however many follow: 6 % in all for 5 %."""

KEPT_FOR_SMALL_SAMPLES = 0.9
"""So much of alpha is divided among planned looks, see `planned_spending`."""

MAX_ALPHA = 0.5
"""Levels above this are not computed: what is not shown at it is not shown."""

_NUM_NODES = 120
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_NUM_NODES)


@dataclass(frozen=True, kw_only=True)
class Looks:
    """The looks that were made at the same configurations, up to the present one.

    Without a plan the first look at a study is judged at alpha in full, as if none were to follow. Every later one was
    not planned, and may spend a further, ever smaller, amount: after look k `cumulative_alpha(k)` is spent.

    A study whose looks were planned before the first one divides alpha among these: at each it has spent as much of
    it as there are seeds of the most that are planned (`planned_spending`), whichever of the looks are made. So the
    intervals at all looks hold together, however the looks that were made came to be the last: repeated confidence
    intervals. Looks at more seeds than were planned may spend what is left of alpha, and further amounts as above.

    Attributes:
        num_seeds: Seeds at each look, rising; the last is the present one.
        earlier: Looks at other configurations of the study, which more search trials have replaced. They count as
            chances that were had, whatever they have in common with the present ones; a plan counts as one of them.
        planned: Seeds at each look that was planned before the first one, rising; empty without a plan.

    Source: Lan & DeMets (1983); Kim & DeMets (1987), for the spending; Jennison & Turnbull (1989), for the intervals.
    """

    num_seeds: tuple[int, ...]
    earlier: int = 0
    planned: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """The number of the present look of the study, from 1."""
        return self.earlier + len(self.num_seeds)

    def level(self, alpha: float) -> float:
        """Return the level at which the present look is judged, for one single look at `alpha`."""
        if self._is_one:
            return alpha
        spent = self._spent(alpha)
        if alpha > MAX_ALPHA:  # no common distribution is needed for a sum of errors
            return spent[-1] - (spent[-2] if len(spent) > 1 else 0.0)
        return nominal_levels(self.num_seeds, spent)[-1]

    @property
    def _is_one(self) -> bool:
        return self.number == 1 and not self.planned

    def _spent(self, alpha: float) -> tuple[float, ...]:
        """Return the error that may have been made by each look at the present configurations."""
        before = cumulative_alpha(self.earlier, alpha)
        within = sum(num_seeds <= max(self.planned, default=0) for num_seeds in self.num_seeds)
        whole = cumulative_alpha(self.earlier + 1, alpha) - before
        by_plan = [whole * planned_spending(each, self.planned[-1]) for each in self.num_seeds[:within]]
        first = self.earlier + (1 if self.planned else 0)
        further = [
            cumulative_alpha(first + look, alpha) - before
            for look in range(1, len(self.num_seeds) - within + 1)
        ]
        return (*by_plan, *further)

    def as_first_look(self, p: float) -> float:
        """Return the p-value to be compared with alpha in place of `p`: the least alpha at which this look shows it.

        1 where not even MAX_ALPHA would. It can be adjusted for a family like any other: `level` rises with alpha.
        """
        if self._is_one:
            return p
        if p >= self.level(MAX_ALPHA):
            return 1.0
        least = 1e-12
        if p <= self.level(least):
            return least
        # in logarithms, as p-values span many orders of magnitude
        found = optimize.brentq(
            lambda log: np.log(self.level(float(np.exp(log)))) - np.log(p),
            np.log(least),
            np.log(MAX_ALPHA),
            xtol=1e-6,
        )
        return float(np.exp(found))


ONE_LOOK = Looks(num_seeds=(1,))
"""At a study that was never extended."""


def cumulative_alpha(looks: int, alpha: float) -> float:
    """Return the error that the first so many looks may make together, none of them planned but the first.

    That is alpha (1 + FURTHER (1 - 2^(1 - looks))): for alpha = 0.05 it is 0.05, 0.055, 0.0575, and never above 0.06.
    """
    return 0.0 if looks == 0 else alpha * (1 + FURTHER * (1 - 2.0 ** (1 - looks)))


def planned_spending(num_seeds: int, most: int) -> float:
    """Return the fraction of alpha that is spent by a planned look: the fraction of the most seeds, less a tenth.

    Between Pocock's bounds, which spend much at once, and O'Brien and Fleming's, which with few seeds spend next to
    nothing. A tenth is kept back because the levels, which are exact for normal scores, are applied to t tests with as
    few as four degrees of freedom: spent in full, alpha = 0.05 would be 0.051 to 0.054 (40,000 Gaussian studies).

    Source: Kim & DeMets (1987), the power family, with the power 1.
    """
    return KEPT_FOR_SMALL_SAMPLES * num_seeds / most


@lru_cache(maxsize=4096)
def nominal_levels(information: tuple[float, ...], cumulative: tuple[float, ...]) -> tuple[float, ...]:
    """Return the two-sided level of each look at which all up to it err in just the cumulative alpha.

    The looks' standard scores have a joint normal distribution, whose correlations are the roots of the ratios of
    information; it is integrated from look to look over what no earlier look has shown. The levels are applied to t
    tests as they are (Pocock 1977, section 4).

    Args:
        information: Of each look, such as its number of seeds; rising.
        cumulative: Error that may have been made by each look, rising, each in (0, 1).

    Raises:
        ValueError: If they do not rise, or are not as many.

    Source: Armitage, McPherson & Rowe (1969); Lan & DeMets (1983), for two-sided tests.
    """
    if len(information) != len(cumulative) or not information:
        raise ValueError(f"{len(information)} looks have {len(cumulative)} errors; give one for each look")
    if not _rises((0.0, *information)) or not _rises((0.0, *cumulative, 1.0)):
        raise ValueError(
            f"information={information} and cumulative={cumulative} must rise, the latter within 0 to 1"
        )
    levels: list[float] = []
    before = None
    for look, information_here in enumerate(information):
        spend = cumulative[look] - (cumulative[look - 1] if look else 0.0)
        crossing = _first_crossing(before, information_here)
        # the level lies between what may be spent now and all that may have been spent by now
        critical = _solve(crossing, spend, cumulative[look])
        levels.append(float(2 * stats.norm.sf(critical)))
        before = _not_shown(before, information_here, critical)
    return tuple(levels)


@dataclass(frozen=True, kw_only=True)
class _NotShown:
    """Where studies are that no look has shown anything in: nodes of the score sum, with their probabilities."""

    information: float
    nodes: np.ndarray
    probabilities: np.ndarray


def _first_crossing(before: _NotShown | None, information: float) -> Callable[[float], float]:
    """Return the function from a critical value to the probability that this look is the first beyond it."""
    if before is None:
        return lambda critical: float(2 * stats.norm.sf(critical))
    step = (information - before.information) ** 0.5

    def probability(critical: float) -> float:
        edge = critical * information**0.5
        beyond = stats.norm.sf((edge - before.nodes) / step) + stats.norm.sf((edge + before.nodes) / step)
        return float((before.probabilities * beyond).sum())

    return probability


def _solve(crossing: Callable[[float], float], spend: float, most: float) -> float:
    low, high = float(stats.norm.isf(most / 2)), float(stats.norm.isf(spend / 2))
    if high - low < 1e-12 or crossing(low) <= spend:
        return low
    return float(optimize.brentq(lambda critical: crossing(critical) - spend, low, high + 1e-6, xtol=1e-10))


def _not_shown(before: _NotShown | None, information: float, critical: float) -> _NotShown:
    edge = critical * information**0.5
    nodes, weights = edge * _NODES, edge * _WEIGHTS
    if before is None:
        density = stats.norm.pdf(nodes, scale=information**0.5)
    else:
        step = (information - before.information) ** 0.5
        moved = stats.norm.pdf(nodes[:, None] - before.nodes[None, :], scale=step)
        density = moved @ before.probabilities
    return _NotShown(information=information, nodes=nodes, probabilities=weights * density)


def _rises(values: Sequence[float]) -> bool:
    return all(lower < upper for lower, upper in pairwise(values))

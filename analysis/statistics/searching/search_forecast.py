"""Worth of a search's winner after so many trials, made and to come.

The best value of a search says more of its luck than of its winner. Here every trial stands for what its configuration
gives on average over seeds, drawn from what the response surface leaves open (`response_surface`); chosen is as a study
chooses: the best by the search's noisy values are run on further seeds, and the best of those wins. So the curve is of
the expected confirmed value, not the expected maximum of noisy values (Dodge et al. 2019, "Show Your Work"), which no
winner reaches.

Up to the trials made the curve follows them: averaged over the orders in which those could have come that were drawn
independently of values (all of a random search, which gives the unbiased curve of Tang et al. 2020; TPE's first ones),
the others in the order in which they came, since each was chosen by those before it. Beyond them it is an
extrapolation: settings like those of the later half of the trials, their values from the surface.
"""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.searching.response_surface import Surface

NUM_ORDERS = 4
"""Orders, and futures, for each drawn surface."""

DRAWS_EACH = 8
"""Surfaces for each draw of the scales."""

HIGHEST = 1.0
"""Of an objective."""

NUM_PROPOSALS = 96
"""Settings that trials to come are taken from."""


@dataclass(frozen=True, kw_only=True)
class Trials:
    """The trials of one search, in order.

    Attributes:
        points: Shape (trials, settings), as `response_surface.Observed` has them.
        values: Shape (trials,): what the search saw; NaN where a trial had no end that could win.
        selection: Shape (trials,): mean over the selection's seeds; NaN where it was not among the candidates.
        num_unordered: How many of the first were drawn independently of the others' values.
        num_candidates: How many go into the selection.
        num_selection_seeds: Seeds of the selection; 0 where the search's value decides.
    """

    points: np.ndarray
    values: np.ndarray
    selection: np.ndarray
    num_unordered: int
    num_candidates: int
    num_selection_seeds: int


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What more trials bring to the winner's expected value.

    Attributes:
        num_more: Trials more.
        mean: Expected gain.
        low: Lower end of the interval of what may come, luck of the trials to come included.
        high: Its upper end.
        chance: Chance that it is worth while, see `forecast`.
    """

    num_more: int
    mean: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a search's winner is worth.

    Attributes:
        mean: Shape (trials made and to come,): expected value of the winner after so many; NaN while none may have a
            value.
        low: Lower end of what the surface leaves open of it.
        high: Its upper end.
        num_made: Trials that were made; beyond them it is an extrapolation.
        gains: What more trials bring.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    num_made: int
    gains: tuple[Gain, ...]


def forecast(
    surface: Surface,
    trials: Trials,
    proposals: np.ndarray,
    *,
    more: tuple[int, ...],
    worth: float,
    confidence: float,
) -> Forecast:
    """Return what a search's winner is worth after each of its trials, and after some more.

    Args:
        surface: Of the arm.
        trials: The search's.
        proposals: Shape (proposals, settings): settings that trials to come are taken from.
        more: Numbers of further trials to forecast, ascending.
        worth: The gain from which on it is worth while.
        confidence: Level of the band and of the intervals.
    """
    generator = np.random.default_rng(len(trials.values))
    num_made, num_more = len(trials.values), max(more)
    points = np.concatenate([trials.points, proposals])
    drawn = np.minimum(surface.draw(points, each=DRAWS_EACH, generator=generator), HIGHEST)
    truths = np.repeat(drawn, NUM_ORDERS, axis=0)
    noise = np.repeat(surface.noise * np.sqrt(1 - surface.scales.shared), DRAWS_EACH * NUM_ORDERS)
    truth, seen, selected = _one_search_each(trials, truths, noise, num_more=num_more, generator=generator)
    winners = winners_values(truth, seen, selected, num_candidates=trials.num_candidates)
    expected = winners.reshape(len(drawn), NUM_ORDERS, -1).mean(axis=1)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(expected, tails, axis=0)
    return Forecast(
        mean=expected.mean(axis=0),
        low=low,
        high=high,
        num_made=num_made,
        gains=tuple(_gain(winners, num_made, each, tails, worth=worth) for each in more),
    )


def _gain(winners: np.ndarray, num_made: int, num_more: int, tails: list[float], *, worth: float) -> Gain:
    gained = winners[:, num_made + num_more - 1] - winners[:, num_made - 1]
    low, high = np.quantile(gained, tails)
    return Gain(
        num_more=num_more,
        mean=float(gained.mean()),
        low=float(low),
        high=float(high),
        chance=float((gained >= worth).mean()),
    )


def _one_search_each(
    trials: Trials,
    truths: np.ndarray,
    noise: np.ndarray,
    *,
    num_more: int,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return an order of the trials and a future for each row: true values, values seen, and those of the selection.

    Args:
        trials: That were made.
        truths: Shape (rows, trials + proposals).
        noise: Shape (rows,): deviation of a run.
        num_more: Length of the future.
        generator: Draws.
    """
    rows, num_made = len(truths), len(trials.values)
    order = np.tile(np.arange(num_made), (rows, 1))
    first = order[:, : trials.num_unordered]
    order[:, : trials.num_unordered] = generator.permuted(first, axis=1)
    to_come = generator.integers(num_made, truths.shape[1], (rows, num_more))
    truth = np.take_along_axis(truths, np.concatenate([order, to_come], axis=1), axis=1)
    new = truth[:, num_made:] + noise[:, None] * generator.standard_normal((rows, num_more))
    valued = np.isfinite(trials.values)
    new[generator.random(new.shape) >= valued.mean()] = np.nan
    seen = np.concatenate([trials.values[order], new], axis=1)
    if trials.num_selection_seeds == 0:
        return truth, seen, seen
    spread = noise[:, None] / trials.num_selection_seeds**0.5
    selected = truth + spread * generator.standard_normal(truth.shape)
    known = trials.selection[order]
    selected[:, :num_made] = np.where(np.isfinite(known), known, selected[:, :num_made])
    return truth, seen, selected


def winners_values(
    truth: np.ndarray, seen: np.ndarray, selected: np.ndarray, *, num_candidates: int
) -> np.ndarray:
    """Return the true value of the winner after each trial, all of shape (rows, trials); NaN before any has a value."""
    ranked = np.where(np.isfinite(seen), seen, -np.inf)
    winners = np.full(truth.shape, np.nan)
    best = np.empty((len(truth), 0), dtype=int)
    for number in range(truth.shape[1]):
        best = np.concatenate([best, np.full((len(truth), 1), number)], axis=1)
        order = np.argsort(-np.take_along_axis(ranked, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)[:, :num_candidates]
        may_win = np.isfinite(np.take_along_axis(ranked, best, axis=1))
        again = np.where(may_win, np.take_along_axis(selected, best, axis=1), -np.inf)
        winner = np.take_along_axis(best, again.argmax(axis=1)[:, None], axis=1)
        value = np.take_along_axis(truth, winner, axis=1)[:, 0]
        winners[:, number] = np.where(may_win.any(axis=1), value, np.nan)
    return winners


def proposals_like(
    trials: Trials, categorical: np.ndarray, *, num: int, generator: np.random.Generator
) -> np.ndarray:
    """Return settings like those of the later half of some trials: a kernel density (Scott's rule) within the range.

    Args:
        trials: Of one search.
        categorical: Shape (settings,): which settings are choices without order.
        num: How many.
        generator: Draws.
    """
    later = trials.points[len(trials.points) // 2 :]
    width = later.std(axis=0) * len(later) ** (-1 / (later.shape[1] + 4))
    centres = later[generator.integers(0, len(later), num)]
    moved = centres + np.where(categorical, 0, width) * generator.standard_normal(centres.shape)
    reflected = np.abs(moved)
    return np.where(categorical, centres, np.where(reflected > 1, 2 - reflected, reflected).clip(0, 1))

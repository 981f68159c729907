"""Forecasts of what more searching brings, held against what it brought: simulated searches, and recorded ones.

    python -m benchmarks.experiments.search_forecasts [--quick] [--part recorded simulated] [--searches 60]

Each search is made twice as long as it is shown: from the first half its second half is forecast, as the report does
it. Told are the mean gain that came and the one that was expected, how often the 95 % interval held it, and the same of
the winner's worth: its error as the surface has it, as the search's own value has it (the maximum, which is what a
tuning curve of search values shows), and as the mean of the selection and of five confirmation seeds, which is what a
study confirms. A recorded winner's worth is itself the mean of some seeds (`recorded_searches`), whose error is in the
errors told.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from analysis.findings.searching.arm_search import floor_of, num_unordered
from analysis.findings.searching.settings_space import SettingsSpace
from analysis.loading.search_settings import Searched
from analysis.statistics.searching.response_surface import Observed, fit_surface
from analysis.statistics.searching.search_forecast import NUM_PROPOSALS, Trials, forecast, proposals_like
from benchmarks.experiments.record_searches import ARMS
from benchmarks.experiments.recorded_searches import RecordedSearch, read_searches
from benchmarks.experiments.simulations import simulated_searches as simulated
from study.ranges import Choice, Space

RECORDED = Path(__file__).parent / "data" / "searches.jsonl"
CONFIDENCE, WORTH = 0.95, 0.01
HALVES = (8, 12, 16)
SIMULATED_HALVES = (6, 12, 24)
CONFIRM_SEEDS = 5
SURFACES = {
    "flat": simulated.Surface(steepness=0.03, gain=0.01),
    "steep": simulated.Surface(steepness=0.12, gain=0.03),
}


@dataclass(frozen=True, kw_only=True)
class Half:
    """The first half of a search, and what its second half brought.

    Attributes:
        configs: Of its trials.
        values: What the search saw of them.
        candidates: Trials that went into the selection.
        selection: Shape (candidates, seeds): what they gave there.
        winner: Trial that won.
        confirmed: What it gave on fresh seeds.
        worth: What it really is worth.
        gain: What the winner after the second half is worth more.
    """

    configs: tuple[Mapping[str, Any], ...]
    values: np.ndarray
    candidates: np.ndarray
    selection: np.ndarray
    winner: int
    confirmed: np.ndarray
    worth: float
    gain: float


@dataclass(frozen=True, kw_only=True)
class Held:
    """One forecast, held against what came.

    Attributes:
        came: Gain that came.
        expected: Gain that was expected.
        inside: Whether the interval held it.
        width: The interval's.
        level_error: Of the winner's worth, as the surface has it.
        level_inside: Whether the band held it.
        seen_error: Of the winner's worth, as the highest of the search's values has it.
        confirmed_error: Of the winner's worth, as the mean of its selection and confirmation has it.
    """

    came: float
    expected: float
    inside: bool
    width: float
    level_error: float
    level_inside: bool
    seen_error: float
    confirmed_error: float


def space_of(space: Space) -> SettingsSpace:
    """Return a space of the search as the analysis has it."""
    axes = {
        key: Searched(scale="choice", values=domain.values)
        if isinstance(domain, Choice)
        else Searched(scale="log", values=(domain.low, domain.high))
        for key, domain in space.items()
    }
    return SettingsSpace(axes=axes)


def held(half: Half, space: SettingsSpace) -> Held:
    """Return a forecast from the first half, held against the second."""
    made = len(half.values)
    points = space.points(half.configs)
    selection = np.full(made, np.nan)
    selection[half.candidates] = half.selection.mean(axis=1)
    trials = Trials(
        points=points,
        values=half.values,
        selection=selection,
        num_unordered=num_unordered("tpe", made, planned=2 * made),
        num_candidates=simulated.TOP,
        num_selection_seeds=half.selection.shape[1],
    )
    surface = fit_surface(_observed(half, points))
    generator = np.random.default_rng(made)
    proposals = proposals_like(
        trials, np.zeros(points.shape[1], dtype=bool), num=NUM_PROPOSALS, generator=generator
    )
    ahead = forecast(
        surface, trials, space.allowed(proposals), more=(made,), worth=WORTH, confidence=CONFIDENCE
    )
    gain, again = ahead.gains[0], half.candidates == half.winner
    seen = np.concatenate([half.selection[again].ravel(), half.confirmed])
    return Held(
        came=half.gain,
        expected=gain.mean,
        inside=gain.low <= half.gain <= gain.high,
        width=gain.high - gain.low,
        level_error=float(ahead.mean[made - 1]) - half.worth,
        level_inside=bool(ahead.low[made - 1] <= half.worth <= ahead.high[made - 1]),
        seen_error=float(np.nanmax(half.values)) - half.worth,
        confirmed_error=float(np.nanmean(seen)) - half.worth,
    )


def _observed(half: Half, points: np.ndarray) -> Observed:
    """Return the runs of a half: trials with a value, the selection's, and the winner's confirmation."""
    known = np.isfinite(half.values)
    num_seeds = half.selection.shape[1]
    rows = [
        points[known],
        np.repeat(points[half.candidates], num_seeds, axis=0),
        np.repeat(points[[half.winner]], len(half.confirmed), axis=0),
    ]
    seeds = [
        np.zeros(known.sum()),
        np.tile(1 + np.arange(num_seeds), len(half.candidates)),
        100 + np.arange(len(half.confirmed)),
    ]
    values = [
        np.maximum(half.values[known], floor_of(half.values)),
        half.selection.ravel(),
        half.confirmed,
    ]
    valued = np.isfinite(np.concatenate(values))
    return Observed(
        points=np.concatenate(rows)[valued],
        categorical=np.zeros(points.shape[1], dtype=bool),
        values=np.concatenate(values)[valued],
        seeds=np.concatenate(seeds)[valued],
    )


def recorded_half(search: RecordedSearch, num_trials: int) -> Half:
    """Return the first trials of a recorded search; the seeds of a confirmation are those that tell its worth."""
    candidates = search.candidates(num_trials)
    winner, later = search.winner(num_trials), search.winner(2 * num_trials)
    return Half(
        configs=search.configs[:num_trials],
        values=search.values[:num_trials],
        candidates=candidates,
        selection=search.repeats[candidates, : simulated.SELECTION_SEEDS],
        winner=winner,
        confirmed=np.array([]),
        worth=search.worth(winner),
        gain=search.worth(later) - search.worth(winner),
    )


def simulated_half(arm: str, surface: simulated.Surface, num_trials: int, seed: int) -> Half:
    """Return the first half of a simulated search, confirmed on five seeds."""
    generator = np.random.default_rng([seed, num_trials])
    made = simulated.searched_trials(arm, surface, num_trials=2 * num_trials, seed=seed, generator=generator)
    noise = float(np.hypot(simulated.SEED_SD, simulated.VALIDATION_SD))
    values, truth = np.array([each.value for each in made]), np.array([each.mean for each in made])
    again = truth[:, None] + generator.normal(0, noise, (len(made), simulated.SELECTION_SEEDS))
    first, winner = _chosen(values[:num_trials], again)
    _, later = _chosen(values, again)
    return Half(
        configs=tuple(each.config for each in made[:num_trials]),
        values=values[:num_trials],
        candidates=first,
        selection=again[first],
        winner=winner,
        confirmed=truth[winner] + generator.normal(0, noise, CONFIRM_SEEDS),
        worth=float(truth[winner]),
        gain=float(truth[later] - truth[winner]),
    )


def _chosen(values: np.ndarray, again: np.ndarray) -> tuple[np.ndarray, int]:
    candidates = np.argsort(-values, kind="stable")[: simulated.TOP]
    return candidates, int(candidates[again[candidates].mean(axis=1).argmax()])


def row(label: str, found: Iterable[Held]) -> str:
    """Return a row of the table."""
    every = list(found)
    came, expected = (np.array([getattr(each, name) for each in every]) for name in ("came", "expected"))
    share = {name: np.mean([getattr(each, name) for each in every]) for name in ("inside", "level_inside")}
    errors = {
        name: np.array([getattr(each, name) for each in every])
        for name in ("level_error", "seen_error", "confirmed_error")
    }
    told = [f"{error.mean():+.3f} / {np.sqrt((error**2).mean()):.3f}" for error in errors.values()]
    half = 1.96 * (came - expected).std(ddof=1) / len(every) ** 0.5
    return (
        f"| {label} | {len(every)} | {came.mean():.3f} | {expected.mean():.3f} | "
        f"{(expected - came).mean():+.3f} ± {half:.3f} | {100 * share['inside']:.0f} % | "
        f"{np.median([each.width for each in every]):.3f} | {told[0]} | {100 * share['level_inside']:.0f} % | "
        f"{told[1]} | {told[2]} |"
    )


def recorded_rows(path: Path) -> Iterator[str]:
    """Yield a row for each arm and half of the recorded searches."""
    searches = read_searches(path)
    for arm, (_, space) in ARMS.items():
        for num in HALVES:
            of_arm = [each for each in searches if each.arm == arm and len(each.values) >= 2 * num]
            if len(of_arm) > 1:
                found = [held(recorded_half(each, num), space_of(space)) for each in of_arm]
                yield row(f"recorded | {arm} | {num} \N{RIGHTWARDS ARROW} {2 * num}", found)


def simulated_rows(num_searches: int) -> Iterator[str]:
    """Yield a row for each surface, arm and half of simulated searches."""
    for name, surface in SURFACES.items():
        for arm, space in simulated.SPACES.items():
            for num in SIMULATED_HALVES:
                halves = (simulated_half(arm, surface, num, seed) for seed in range(num_searches))
                found = [held(half, space_of(space)) for half in halves]
                yield row(f"{name} | {arm} | {num} \N{RIGHTWARDS ARROW} {2 * num}", found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few simulated searches")
    parser.add_argument(
        "--part", choices=("recorded", "simulated"), nargs="+", default=("recorded", "simulated")
    )
    parser.add_argument("--file", type=Path, default=RECORDED, help="recorded searches")
    parser.add_argument("--searches", type=int, default=60, help="simulated searches of each row")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(
        "| searches | arm | trials | n | gain that came | expected | expected too much | interval holds it | "
        "its width | worth, surface: bias / rms error | band holds it | worth, best value seen | "
        "worth, selection and confirmation |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    if "recorded" in arguments.part:
        for line in recorded_rows(arguments.file):
            print(line, flush=True)
    if "simulated" in arguments.part:
        for line in simulated_rows(2 if arguments.quick else arguments.searches):
            print(line, flush=True)


if __name__ == "__main__":
    main()

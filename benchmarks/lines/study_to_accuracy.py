"""A whole study until its accuracy is confirmed, against random search by hand until its own is as good."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd

from analysis import load_study
from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, last_json, of_pairs
from benchmarks.harness.own_run import BATCH_SIZE
from benchmarks.harness.part import part_of
from benchmarks.harness.settings import Settings
from benchmarks.harness.study_run import both_arms, run_study

TURNS, ROUNDS = 3, 3
PER_CLASS, WIDTH = 100, 8


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is searched: trials of each method, epochs of each, and seeds of a confirmation."""

    trials: int
    epochs: int
    seeds: int


FULL, QUICK = Size(trials=16, epochs=10, seeds=5), Size(trials=2, epochs=3, seeds=2)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a study and the search by hand took.

    Attributes:
        ours: Seconds of the study's command.
        theirs: Seconds of the other's, until it reached the level or its rounds were over.
        level: The confirmed accuracy of the arm that the study's selection found better.
        accuracy: The last confirmed accuracy of the search by hand.
        reached: Whether that counts as the level, see `benchmarks/peers/reaching.py`.
        rounds: That the search by hand took.
    """

    ours: float
    theirs: float
    level: float
    accuracy: float
    reached: bool
    rounds: int


def measure(settings: Settings) -> Ratio:
    """Measure seconds of whole commands in turns, each turn with a search seed of its own.

    lrstudy always begins, since its study sets the level.
    """
    settings.peer("random_search_by_hand.py")  # said before a study has run, where it is missing
    size = QUICK if settings.quick else FULL
    images = part_of(settings.images, settings.work / f"images{PER_CLASS}", per_class=PER_CLASS)
    return ratio_of([_turn(settings, images, size, seed) for seed in range(settings.turns(TURNS))], size)


def ratio_of(turns: Sequence[Turn], size: Size) -> Ratio:
    """Return the ratio; where a search by hand never reached the level its highest is not known."""
    never = sum(not turn.reached for turn in turns)
    shown = "; ".join(
        f"{turn.level:.3f}, by hand {turn.accuracy:.3f} after {turn.rounds} round{'s' * (turn.rounds > 1)}"
        for turn in turns
    )
    bound = f"a lower bound: in {never} of {len(turns)} turns not reached by hand; " if never else ""
    note = (
        f"{bound}seconds of the whole command, nothing cached; {size.trials} trials of each method a round and "
        f"{size.epochs} epochs, {PER_CLASS} images a class, width {WIDTH}; "
        f"accuracy confirmed on {size.seeds} seeds: {shown}; as good is at most half a "
        "standard error of the difference below"
    )
    found = of_pairs([turn.ours for turn in turns], [turn.theirs for turn in turns], note=note)
    return replace(found, high=None) if never else found


def level_of(runs: pd.DataFrame, winners: Mapping[str, str], *, seeds: int) -> list[float]:
    """Return the final validation accuracies of the confirmed runs of the arm that the selection found better.

    The confirmation itself does not choose: the higher of two confirmed means would be above what either arm is worth.

    Args:
        runs: Of the study, one row a run, as `StudyData` has them.
        winners: The search run that won, by arm.
        seeds: Of the confirmation.

    Raises:
        RuntimeError: If not all of them finished.
    """
    selection = runs[runs["stage"] == "selection"]
    selected: dict[str, float] = {}
    for arm, run in winners.items():
        own = selection[selection["arm"] == arm]
        same = own["config"].map(partial(_is_same_but_seed, other=runs.loc[run, "config"]))
        selected[arm] = own.loc[same, "final_val"].mean()
    arm = max(selected, key=lambda name: selected[name])
    confirmed = runs[(runs["stage"] == "confirm") & (runs["arm"] == arm) & runs["overall"].astype(bool)]
    values: list[float] = confirmed["final_val"].dropna().tolist()
    if len(values) != seeds:
        raise RuntimeError(f"{len(values)} of {seeds} confirmed runs of arm {arm} finished")
    return values


def _is_same_but_seed(config: Mapping[str, Any], *, other: Mapping[str, Any]) -> bool:
    return {**config, "seed": None} == {**other, "seed": None}


def _study(images: Path, size: Size, *, seed: int) -> dict[str, Any]:
    """Return a study that stops trials early; its selection is the default."""
    study = both_arms(
        f"to_accuracy{seed}", images, trials=size.trials, epochs=size.epochs, width=WIDTH
    )  # fmt: skip
    del study["selection"]
    return study | {
        "search": {"algorithm": "tpe", "seed": seed, "trial_scheduler": "asha"},
        "confirm": {"seeds": size.seeds},
    }


def _turn(settings: Settings, images: Path, size: Size, seed: int) -> Turn:
    done = run_study(settings, _study(images, size, seed=seed))
    metadata = json.loads((done.results / "run.json").read_text())
    winners = {
        arm: next(w["run"] for w in found if w["overall"]) for arm, found in metadata["winners"].items()
    }
    level = level_of(load_study(done.results).runs, winners, seeds=size.seeds)
    command = settings.peer(
        "random_search_by_hand.py", "--images", str(images), "--folder", str(settings.work / "by_hand"),
        "--epochs", str(size.epochs), "--width", str(WIDTH), "--batch-size", str(BATCH_SIZE),
        "--trials", str(size.trials), "--rounds", str(ROUNDS), "--seeds", str(size.seeds),
        "--search-seed", str(seed), "--level", *map(str, level),
    )  # fmt: skip
    begun = time.perf_counter()
    found = last_json(command)
    return Turn(
        ours=done.wall_seconds,
        theirs=time.perf_counter() - begun,
        level=mean(level),
        accuracy=mean(found["accuracies"]),
        reached=found["reached"],
        rounds=found["rounds"],
    )


LINES = (
    Line(
        name="study_to_accuracy",
        what="a study of both arms with TPE and ASHA, 16 trials each, until its accuracy is confirmed",
        against="random search by hand of the same spaces, 16 trials of each method a round, until it is as good",
        to_reach=None,
        measure=measure,
    ),
)

"""One search of one arm: an Optuna study of its own, asked and told."""

import itertools
import random
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, QMCSampler, RandomSampler, TPESampler
from optuna.trial import TrialState
from ray.tune.search.optuna import OptunaSearch
from ray.tune.search.sample import Categorical

from study.search.jobs import Outcome
from study.search.search_names import search_name
from study.spec.arms import Arm

Algorithm = Literal["tpe", "random", "quasi_random", "grid"]


class ArmSearch:
    """Suggests configurations for one arm and learns from their values.

    Attributes:
        arm: The arm.
        repeat: Which of the arm's independent searches it is, counted from 1.
        optuna_study: The Optuna study that suggests, in memory; it maximises the objective.
        shown: The study `NAME/ARM` in a database (`NAME/ARM-r2` for the second of several searches), for people: the
            same trials, with what they reported and how they really ended; None without a database.
    """

    def __init__(
        self,
        arm: Arm,
        *,
        study_name: str,
        algorithm: Algorithm,
        seed: int,
        num_trials: int,
        storage: optuna.storages.BaseStorage | None = None,
        repeat: int = 1,
        repeats: int = 1,
    ) -> None:
        """Make the Optuna study of the `repeat`-th of the arm's `repeats` searches.

        For "grid" its points are in an order drawn from `seed`.
        """
        self.arm, self.repeat = arm, repeat
        self._distributions = OptunaSearch.convert_search_space(dict(arm.space))
        name = f"{study_name}/{search_name(arm.name, repeat, repeats=repeats)}"
        self.optuna_study = optuna.create_study(
            study_name=name,
            direction="maximize",
            sampler=make_sampler(algorithm, seed=seed, num_trials=num_trials),
        )
        self.shown = (
            optuna.create_study(study_name=name, direction="maximize", storage=storage) if storage else None
        )
        self._asked: dict[int, optuna.Trial] = {}
        self._running: dict[int, optuna.Trial] = {}
        self._points: Iterator[dict[str, Any]] | None = None
        if algorithm == "grid":
            points = grid_points(arm.space)
            random.Random(seed).shuffle(points)
            self._points = iter(points)
        elif algorithm == "quasi_random":
            self._points = quasi_random_points(self._distributions, seed=seed)

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Return the number of a new Optuna trial and its values; None when a grid has no point left."""
        if self._points is not None:
            point = next(self._points, None)
            if point is None:
                return None
            self.optuna_study.enqueue_trial(point)
        trial = self.optuna_study.ask(self._distributions)
        self._asked[trial.number] = trial
        if self.shown is not None:
            self.shown.enqueue_trial(trial.params)
            self._running[trial.number] = self.shown.ask(self._distributions)
        return trial.number, dict(trial.params)

    def tell(self, number: int, outcome: Outcome) -> None:
        """Report how a trial ended.

        One that diverged or ran out of memory is PRUNED for the sampler, which TPE ranks below every value: it says
        something about its configuration. One that crashed is FAIL, which TPE passes over. With FAIL for both, 16 of
        24 suggestions fell into a quarter of the range that always diverges; with PRUNED, 5 (mean of 100 seeds). The
        database shows all three as what they are, FAIL. One that was stopped is PRUNED in both, with its judged values,
        by which TPE ranks it: above those that have none, below those that were finished.
        """
        asked = self._asked.pop(number)
        if outcome.objective is not None:
            self.optuna_study.tell(number, outcome.objective)
        elif outcome.status == "stopped":
            _report(asked, outcome)
            self.optuna_study.tell(number, state=TrialState.PRUNED)
        elif outcome.status in ("diverged", "out_of_memory"):
            self.optuna_study.tell(number, state=TrialState.PRUNED)
        else:
            self.optuna_study.tell(number, state=TrialState.FAIL)
        if self.shown is not None:
            self._show(self.shown, self._running.pop(number), outcome)

    def close(self) -> None:
        """Close what is shown as running: whoever continues the study shows it anew."""
        if self.shown is not None:
            for trial in self._running.values():
                self._show(self.shown, trial, Outcome(status="running", objective=None))
        self._running.clear()

    def _show(self, shown: optuna.Study, trial: optuna.Trial, outcome: Outcome) -> None:
        _report(trial, outcome)
        trial.set_user_attr("status", outcome.status)
        if outcome.objective is not None:
            shown.tell(trial, outcome.objective)
        else:
            shown.tell(trial, state=TrialState.PRUNED if outcome.status == "stopped" else TrialState.FAIL)


def _report(trial: optuna.Trial, outcome: Outcome) -> None:
    for epoch, value in outcome.judged:
        trial.report(value, epoch)


def make_sampler(algorithm: Algorithm, *, seed: int, num_trials: int) -> BaseSampler:
    """Return Optuna's sampler; TPE draws its first third at random, at least four and at most ten trials."""
    if algorithm == "tpe":
        return TPESampler(seed=seed, n_startup_trials=min(10, max(4, num_trials // 3)))
    return RandomSampler(seed=seed)


def quasi_random_points(
    distributions: Mapping[str, BaseDistribution], *, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the points of a scrambled Sobol sequence; of choices, which have no order, they are drawn at random.

    Optuna's sampler begins its sequence once a first trial has ended, so that what it suggests would depend on how
    many run at once. Here it is asked in a study of its own, which has such a trial from the start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = QMCSampler(scramble=True, seed=seed, warn_independent_sampling=False)
    study = optuna.create_study(sampler=sampler)
    first = optuna.create_study(sampler=RandomSampler(seed=seed)).ask(dict(distributions)).params
    study.add_trial(optuna.trial.create_trial(params=first, distributions=dict(distributions), value=0.0))
    while True:
        yield dict(study.ask(dict(distributions)).params)


def grid_points(space: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every combination of the values of a space of choices.

    Raises:
        ValueError: If a domain is not a choice.
    """
    continuous = [key for key, domain in space.items() if not isinstance(domain, Categorical)]
    if continuous:
        raise ValueError(f"grid search takes choices only, but {', '.join(continuous)} is a range")
    values = [domain.categories for domain in space.values()]
    return [dict(zip(space, point, strict=True)) for point in itertools.product(*values)]

"""One search of one arm: its sampler, asked and told, and what a database shows of it to people."""

import contextlib
from collections.abc import Iterator
from typing import Any

import optuna
from optuna.trial import TrialState

from study.errors import StudyError
from study.ranges import contains
from study.samplers.optuna_sampler import distributions, report
from study.samplers.registry import sampler_class
from study.search.jobs import Outcome
from study.search.searches import search_name
from study.spec.arms import Arm
from trainables.errors import shown


class ArmSearch:
    """Suggests configurations for one arm and learns from their values.

    Attributes:
        arm: The arm.
        repeat: Which of the arm's independent searches it is, counted from 1.
        sampler: Suggests.
        shown: The study `NAME/ARM` in a database (`NAME/ARM-r2` for the second of several searches), for people: what
            was suggested, what it reported and how it really ended; None without a database.
    """

    def __init__(
        self,
        arm: Arm,
        *,
        study_name: str,
        algorithm: str,
        seed: int,
        num_trials: int,
        storage: optuna.storages.BaseStorage | None = None,
        repeat: int = 1,
        repeats: int = 1,
    ) -> None:
        """Begin the `repeat`-th of the arm's `repeats` searches, by the sampler that the study file names."""
        self.arm, self.repeat = arm, repeat
        self._algorithm = algorithm
        with self._blaming("to begin"):
            self.sampler = sampler_class(algorithm)(arm.space, seed=seed, num_trials=num_trials)
        name = f"{study_name}/{search_name(arm.name, repeat, repeats=repeats)}"
        self.shown = (
            optuna.create_study(study_name=name, direction="maximize", storage=storage) if storage else None
        )
        self._num_asked = 0
        self._running: dict[int, optuna.Trial] = {}

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Return the number of a new suggestion and its values; None when the sampler has no more.

        Raises:
            StudyError: If the sampler fails, or suggests what the space does not have.
        """
        with self._blaming("to suggest"):
            values = self.sampler.ask()
        if values is None:
            return None
        self._refuse_outside(values)
        number = self._num_asked
        self._num_asked += 1
        if self.shown is not None:
            self.shown.enqueue_trial(values)
            self._running[number] = self.shown.ask(distributions(self.arm.space))
        return number, values

    def tell(self, number: int, outcome: Outcome) -> None:
        """Report how a trial ended: to the sampler, and to those who look.

        The database shows what diverged, ran out of memory or crashed as FAIL, and what was stopped as PRUNED.
        """
        with self._blaming("to hear of a trial"):
            self.sampler.tell(
                number, status=outcome.status, objective=outcome.objective, judged=outcome.judged
            )
        if self.shown is not None:
            self._show(self.shown, self._running.pop(number), outcome)

    def close(self) -> None:
        """Close what is shown as running: whoever continues the study shows it anew."""
        if self.shown is not None:
            for trial in self._running.values():
                self._show(self.shown, trial, Outcome(status="running", objective=None))
        self._running.clear()

    @contextlib.contextmanager
    def _blaming(self, doing: str) -> Iterator[None]:
        """Say of an error whose it is: a sampler of the user's own may raise whatever it likes."""
        try:
            yield
        except Exception as error:  # a class of the user's own may raise whatever it likes
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise StudyError(
                f"search.algorithm {self._algorithm}: it failed {doing} for arm {self.arm.name} ({why})"
            ) from error

    def _refuse_outside(self, values: object) -> None:
        space = self.arm.space
        if not isinstance(values, dict):
            raise StudyError(
                f"search.algorithm {self._algorithm}: for arm {self.arm.name} it suggests {shown(values)}; "
                "a value for every key of the space, in a dict, is allowed, or None at the end"
            )
        if values.keys() != space.keys():
            wrong = ", ".join(sorted(map(str, values.keys() ^ space.keys())))
            raise StudyError(
                f"search.algorithm {self._algorithm}: for arm {self.arm.name} it suggests other settings than are "
                f"searched; {wrong} is in one of them only"
            )
        for key, domain in space.items():
            if not contains(domain, values[key]):
                raise StudyError(
                    f"search.algorithm {self._algorithm}: for arm {self.arm.name} it suggests {key} "
                    f"{shown(values[key])}, which is not in {domain}"
                )

    def _show(self, database: optuna.Study, trial: optuna.Trial, outcome: Outcome) -> None:
        report(trial, outcome.judged)
        trial.set_user_attr("status", outcome.status)
        if outcome.objective is not None:
            database.tell(trial, outcome.objective)
        else:
            database.tell(trial, state=TrialState.PRUNED if outcome.status == "stopped" else TrialState.FAIL)

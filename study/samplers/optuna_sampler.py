"""Samplers of Optuna's, each with an Optuna study of its own in memory."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from study.ranges import Choice, Scalar, Searched, Space
from study.samplers.base import Sampler
from trainables.record import Status

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler


def distributions(space: Space) -> "dict[str, BaseDistribution]":
    """Return a space as Optuna has it."""
    return {key: _distribution(domain) for key, domain in space.items()}


def _distribution(domain: Searched) -> "BaseDistribution":
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(domain, Choice):
        return CategoricalDistribution(domain.values)
    if domain.kind == "int":
        return IntDistribution(int(domain.low), int(domain.high))
    return FloatDistribution(domain.low, domain.high, log=domain.kind != "uniform")


class OptunaSampler(Sampler):
    """A search that one of Optuna's samplers makes, maximising the objective.

    Attributes:
        optuna_study: The Optuna study that suggests.
    """

    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        """Begin a search."""
        import optuna

        self.optuna_study = optuna.create_study(
            direction="maximize", sampler=self._make(seed=seed, num_trials=num_trials)
        )
        self._distributions = distributions(space)
        self._asked: dict[int, optuna.Trial] = {}

    @abstractmethod
    def _make(self, *, seed: int, num_trials: int) -> "BaseSampler":
        """Return Optuna's sampler."""

    def ask(self) -> dict[str, Scalar] | None:
        """Return a value for every key of the space."""
        trial = self.optuna_study.ask(self._distributions)
        self._asked[trial.number] = trial
        return dict(trial.params)

    def tell(
        self, number: int, *, status: Status, objective: float | None, judged: Sequence[tuple[int, float]]
    ) -> None:
        """Report how a trial ended.

        One that diverged or ran out of memory is PRUNED for the sampler, which TPE ranks below every value: it says
        something about its configuration. One that crashed is FAIL, which TPE passes over. With FAIL for both, 16 of
        24 suggestions fell into a quarter of the range that always diverges; with PRUNED, 5 (mean of 100 seeds). One
        that was stopped is PRUNED with its judged values, by which TPE ranks it: above those that have none, below
        those that were finished.
        """
        from optuna.trial import TrialState

        trial = self._asked.pop(number)
        if objective is not None:
            self.optuna_study.tell(trial, objective)
            return
        if status == "stopped":
            report(trial, judged)
        pruned = status in ("stopped", "diverged", "out_of_memory")
        self.optuna_study.tell(trial, state=TrialState.PRUNED if pruned else TrialState.FAIL)


def report(trial: "optuna.Trial", judged: Sequence[tuple[int, float]]) -> None:
    """Report the judged values of a trial to Optuna."""
    for epoch, value in judged:
        trial.report(value, epoch)

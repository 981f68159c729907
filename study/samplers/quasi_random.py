"""A scrambled Sobol sequence, of Optuna."""

import warnings
from collections.abc import Iterator

from study.ranges import Scalar, Space
from study.samplers.base import Sampler
from study.samplers.optuna_sampler import distributions


class QuasiRandom(Sampler):
    """Spreads its points evenly over the ranges; of choices, which have no order, they are drawn at random."""

    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        """Begin a search."""
        self._points = _points(space, seed=seed)

    def ask(self) -> dict[str, Scalar] | None:
        """Return the sequence's next point."""
        return next(self._points)


def _points(space: Space, *, seed: int) -> Iterator[dict[str, Scalar]]:
    """Yield the points.

    Optuna's sampler begins its sequence once a first trial has ended, so that what it suggests would depend on how
    many run at once. Here it is asked in a study of its own, which has such a trial from the start.
    """
    import optuna
    from optuna.exceptions import ExperimentalWarning
    from optuna.samplers import QMCSampler, RandomSampler

    searched = distributions(space)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = QMCSampler(scramble=True, seed=seed, warn_independent_sampling=False)
    study = optuna.create_study(sampler=sampler)
    first = optuna.create_study(sampler=RandomSampler(seed=seed)).ask(searched).params
    study.add_trial(optuna.trial.create_trial(params=first, distributions=searched, value=0.0))
    while True:
        yield dict(study.ask(searched).params)

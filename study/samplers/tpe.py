"""The tree-structured Parzen estimator (Bergstra et al., 2011), of Optuna."""

from typing import TYPE_CHECKING

from study.samplers.optuna_sampler import OptunaSampler

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler


class Tpe(OptunaSampler):
    """Draws its first third at random, at least four and at most ten trials, and then where good values are dense."""

    def _make(self, *, seed: int, num_trials: int) -> "BaseSampler":
        from optuna.samplers import TPESampler

        return TPESampler(seed=seed, n_startup_trials=min(10, max(4, num_trials // 3)))

"""Independent random draws, of Optuna."""

from typing import TYPE_CHECKING

from study.samplers.optuna_sampler import OptunaSampler

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler


class Random(OptunaSampler):
    """Draws every configuration alone, whatever came of the others."""

    def _make(self, *, seed: int, num_trials: int) -> "BaseSampler":
        from optuna.samplers import RandomSampler

        return RandomSampler(seed=seed)

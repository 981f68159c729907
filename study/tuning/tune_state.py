"""Ray Tune's own state of an experiment: a study has no use for it, and it costs gigabytes."""

from typing import Any

from ray.tune.execution.experiment_state import _ExperimentCheckpointManager


def keep_no_tune_state() -> None:
    """Let Tune write one snapshot of the experiment, at its beginning, without which it would not end, and no more.

    `Tuner.restore` would need them; a study goes on from its own journal. Each snapshot copies a folder for every trial
    with 64 MiB of buffer a file: a study of 400 trials took 1.0 GB for the last one, one of 800 trials 3.4 GB, and
    one of 2,000 was killed at 19 GB (Ray 2.56).
    """
    inner = _ExperimentCheckpointManager.sync_up_experiment_state
    if getattr(inner, "keeps_one", False):
        return

    def keep_one(self: Any, save_fn: Any, force: bool = False, wait: bool = False) -> None:
        if not getattr(self, "kept_one", False):
            self.kept_one = True
            inner(self, save_fn, force=True, wait=True)

    keep_one.keeps_one = True  # type: ignore[attr-defined]
    _ExperimentCheckpointManager.sync_up_experiment_state = keep_one  # type: ignore[method-assign]

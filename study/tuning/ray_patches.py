"""Patches of Ray Tune's private parts, all that there are: each with the versions that it was seen to hold for.

`tests/study/tuning/test_ray_patches.py` fails where Ray changes what one of them reaches into; `ray[tune]` is bounded
above in pyproject.toml by what was tested. Where Ray has a public way one day, its patch goes.
"""

from collections.abc import Iterator
from typing import Any

from ray.air.execution._internal.actor_manager import RayActorManager
from ray.exceptions import OutOfMemoryError, RayActorError
from ray.tune.execution import tune_controller
from ray.tune.execution.experiment_state import _ExperimentCheckpointManager
from ray.tune.utils.object_cache import _ObjectCache


def patch_ray(*, num_concurrent_trials: int) -> None:
    """Apply all patches to this process; more than once is as good as once.

    Args:
        num_concurrent_trials: Trials that run at once in the next experiment.
    """
    survive_memory_kills()
    keep_no_tune_state()
    keep_workers(num_concurrent_trials)


class MemoryKillError(OutOfMemoryError, RayActorError):
    """A worker that Ray killed for its memory, as one that died."""

    def __init__(self, message: str) -> None:
        RayActorError.__init__(self, error_msg=message)
        self.message = message


_in_hand: list[MemoryKillError] = []


def kill_in_hand() -> MemoryKillError | None:
    """Return the kill that Tune is telling its callbacks of just now: it does not hand on what killed a worker."""
    return _in_hand[-1] if _in_hand else None


def survive_memory_kills() -> None:
    """Let Tune take a worker that was killed for its memory as one that died: an end of the trial, not of the study.

    Its manager of actors knows two kinds of errors, and raises a RuntimeError, which ends the whole experiment, at any
    other one; Ray's own `OutOfMemoryError` is one of these. Seen with Ray 2.56 and 2.60.
    """
    inner = RayActorManager._actor_task_failed
    if getattr(inner, "knows_memory_kills", False):
        return

    def failed(self: Any, tracked_actor_task: Any, exception: Exception) -> None:
        if not isinstance(exception, OutOfMemoryError) or isinstance(exception, RayActorError):
            inner(self, tracked_actor_task=tracked_actor_task, exception=exception)
            return
        _in_hand.append(MemoryKillError(exception.message))
        try:
            inner(self, tracked_actor_task=tracked_actor_task, exception=_in_hand[-1])
        finally:
            _in_hand.pop()

    failed.knows_memory_kills = True  # type: ignore[attr-defined]
    RayActorManager._actor_task_failed = failed  # type: ignore[method-assign]  # there is no other place


def keep_no_tune_state() -> None:
    """Let Tune write one snapshot of the experiment, at its beginning, without which it would not end, and no more.

    `Tuner.restore` would need them; a study goes on from its own journal. Each snapshot copies a folder for every trial
    with 64 MiB of buffer a file: a study of 400 trials took 1.0 GB for the last one, one of 800 trials 3.4 GB, and
    one of 2,000 was killed at 19 GB. Seen with Ray 2.56 and 2.60.
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


class _KeepingCache(_ObjectCache):
    """Tune's cache of idle workers, which keeps as many as trials run at once.

    Tune's own keeps those alone for which a trial waits, and one more. At the end of a stage none waits, and all
    but one were ended, to be started anew some milliseconds later, which takes seconds. Seen with Ray 2.56 and 2.60.
    """

    num_concurrent_trials = 0

    def cache_object(self, key: Any, obj: Any) -> bool:
        """Keep an idle worker, if it is not one too many."""
        if len(self._cached_objects[key]) >= self._wanted(key):
            return False
        self._cached_objects[key].append(obj)
        self._num_cached_objects += 1
        return True

    def flush_cached_objects(self, force_all: bool = False) -> Iterator[Any]:  # type: ignore[override]
        """Yield the workers that are to be ended: those too many, or all at the end of the last stage."""
        for key, kept in self._cached_objects.items():
            while len(kept) > (0 if force_all else self._wanted(key)):
                self._num_cached_objects -= 1
                yield kept.pop(0)

    def _wanted(self, key: Any) -> int:
        return max(self._max_num_objects[key], self.num_concurrent_trials)


def keep_workers(num_concurrent_trials: int) -> None:
    """Let the next experiment of this process keep as many idle workers as trials run at once."""
    _KeepingCache.num_concurrent_trials = num_concurrent_trials
    tune_controller._ObjectCache = _KeepingCache  # type: ignore[attr-defined]  # there is no other place

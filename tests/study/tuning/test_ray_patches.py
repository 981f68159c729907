"""What the patches of Ray Tune reach into is there, and does what they take it to do."""

import inspect
from types import SimpleNamespace
from typing import Any

import cloudpickle
import pytest
from ray.air.execution._internal.actor_manager import RayActorManager
from ray.exceptions import OutOfMemoryError, RayActorError
from ray.tune.execution import tune_controller
from ray.tune.execution.experiment_state import _ExperimentCheckpointManager
from ray.tune.utils.object_cache import _ObjectCache

from study.tuning.ray_patches import MemoryKillError, keep_no_tune_state, keep_workers, survive_memory_kills


class Manager(RayActorManager):
    """One that has no actors: what Tune does about a failed one is written down."""

    def __init__(self) -> None:
        self._failed_actor_ids: set[str] = set()

    def _cleanup_actor(self, tracked_actor: Any) -> None:
        """Do nothing."""


def test_tune_is_told_of_a_memory_kill_as_of_a_worker_that_died(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Exception] = []
    actor = SimpleNamespace(actor_id="a", _on_error=lambda actor, error: heard.append(error))
    task = SimpleNamespace(_tracked_actor=actor, _on_error=None)
    monkeypatch.setattr(RayActorManager, "_actor_task_failed", RayActorManager._actor_task_failed)
    for _ in range(2):  # once is enough
        survive_memory_kills()
        Manager()._actor_task_failed(tracked_actor_task=task, exception=OutOfMemoryError("9 GB"))
    assert [type(error) for error in heard] == [MemoryKillError, MemoryKillError]
    assert isinstance(heard[0], RayActorError)
    assert str(cloudpickle.loads(cloudpickle.dumps(heard[0]))) == "9 GB"
    with pytest.raises(RuntimeError, match="unexpected"):
        Manager()._actor_task_failed(tracked_actor_task=task, exception=ValueError("another"))


def test_tune_writes_one_snapshot_of_an_experiment_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[bool, bool]] = []
    name = "sync_up_experiment_state"
    assert list(inspect.signature(getattr(_ExperimentCheckpointManager, name)).parameters) == [
        "self", "save_fn", "force", "wait",
    ]  # fmt: skip
    assert f"_checkpoint_manager.{name}(" in inspect.getsource(tune_controller.TuneController)

    def write(self: Any, save_fn: Any, force: bool = False, wait: bool = False) -> None:
        written.append((force, wait))

    monkeypatch.setattr(_ExperimentCheckpointManager, name, write)
    keep_no_tune_state()
    keep_no_tune_state()
    for manager in (object.__new__(_ExperimentCheckpointManager) for _ in range(2)):
        for _ in range(3):
            manager.sync_up_experiment_state(save_fn=lambda: None)
    assert written == [(True, True)] * 2, "one of each experiment, and whole"


def test_as_many_idle_workers_are_kept_as_trials_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_controller, "_ObjectCache", _ObjectCache)
    assert "_ObjectCache(may_keep_one=True)" in inspect.getsource(tune_controller.TuneController.__init__)
    keep_workers(2)
    cache = tune_controller._ObjectCache(may_keep_one=True)  # type: ignore[attr-defined]
    assert [cache.cache_object("key", worker) for worker in "abc"] == [True, True, False]
    assert list(cache.flush_cached_objects()) == []
    assert (cache.num_cached_objects, cache.pop_cached_object("key")) == (2, "a")
    cache.increase_max("key", 3)  # three trials wait
    assert [cache.cache_object("key", worker) for worker in "cde"] == [True, True, False]
    cache.decrease_max("key", 3)
    assert list(cache.flush_cached_objects()) == ["b"]
    assert sorted(cache.flush_cached_objects(force_all=True)) == ["c", "d"]
    assert cache.num_cached_objects == 0


def test_tune_asks_its_stopper_before_anybody_else_with_the_report_as_it_came() -> None:
    """Public, but nowhere promised: records have parts, which Tune flattens for its trial scheduler."""
    source = inspect.getsource(tune_controller.TuneController._process_trial_result)
    asked = source.index("self._stopper(trial.trial_id, result)")
    assert asked < source.index("_scheduler_alg.on_trial_result") < source.index("_callbacks.on_trial_result")

from types import SimpleNamespace
from typing import Any

import cloudpickle
import pytest
from ray.air.execution._internal.actor_manager import RayActorManager
from ray.exceptions import OutOfMemoryError, RayActorError

from study.tuning.memory_kills import MemoryKillError, survive_memory_kills


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

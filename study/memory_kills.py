"""Trials that Ray kills because their machine runs out of memory: an end of the trial, not of the study."""

from typing import Any

from ray.air.execution._internal.actor_manager import RayActorManager
from ray.exceptions import OutOfMemoryError, RayActorError


class MemoryKillError(OutOfMemoryError, RayActorError):
    """A worker that Ray killed for its memory, as one that died."""

    def __init__(self, message: str) -> None:
        RayActorError.__init__(self, error_msg=message)
        self.message = message


def survive_memory_kills() -> None:
    """Let Tune take a worker that was killed for its memory as one that died.

    Its manager of actors (Ray 2.56) knows two kinds of errors, and raises a RuntimeError, which ends the whole
    experiment, at any other one; Ray's own `OutOfMemoryError` is one of these.
    """
    inner = RayActorManager._actor_task_failed
    if getattr(inner, "knows_memory_kills", False):
        return

    def failed(self: Any, tracked_actor_task: Any, exception: Exception) -> None:
        if isinstance(exception, OutOfMemoryError) and not isinstance(exception, RayActorError):
            exception = MemoryKillError(exception.message)
        inner(self, tracked_actor_task=tracked_actor_task, exception=exception)

    failed.knows_memory_kills = True  # type: ignore[attr-defined]
    RayActorManager._actor_task_failed = failed  # type: ignore[method-assign]  # there is no other place

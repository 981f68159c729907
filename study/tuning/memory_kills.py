"""Trials that Ray kills because their machine runs out of memory: an end of the trial, not of the study."""

from typing import Any

from ray.air.execution._internal.actor_manager import RayActorManager
from ray.exceptions import OutOfMemoryError, RayActorError


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
    """Let Tune take a worker that was killed for its memory as one that died.

    Its manager of actors (Ray 2.56) knows two kinds of errors, and raises a RuntimeError, which ends the whole
    experiment, at any other one; Ray's own `OutOfMemoryError` is one of these.
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

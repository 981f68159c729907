"""Worker processes that wait for the next stage: a study starts one for each trial at once, and no more."""

from collections.abc import Iterator
from typing import Any

from ray.tune.execution import tune_controller
from ray.tune.utils.object_cache import _ObjectCache


class _KeepingCache(_ObjectCache):
    """Tune's cache of idle workers, which keeps as many as trials run at once.

    Tune's own keeps those alone for which a trial waits, and one more. At the end of a stage none waits, and all
    but one were ended, to be started anew some milliseconds later, which takes seconds.
    """

    num_slots = 0

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
        return max(self._max_num_objects[key], self.num_slots)


def keep_workers(num_slots: int) -> None:
    """Let the next experiment of this process keep as many idle workers as trials run at once."""
    _KeepingCache.num_slots = num_slots
    tune_controller._ObjectCache = _KeepingCache  # type: ignore[attr-defined]  # there is no other place

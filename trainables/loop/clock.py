"""The ledger of an epoch: seconds by purpose."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

from trainables.sharing.cached import Cached

Purpose = Literal["range_test", "features", "training", "validation", "waiting", "shared"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class Clock:
    """Adds up seconds by purpose, until they are taken for an epoch's record."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(PURPOSES, 0.0)

    @contextmanager
    def measure(self, purpose: Purpose) -> Iterator[None]:
        """Count the time of the block to `purpose`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(purpose, time.perf_counter() - begun)

    def add(self, purpose: Purpose, seconds: float) -> None:
        """Count `seconds` to `purpose`."""
        self._seconds[purpose] += seconds

    def add_cached(self, purpose: Purpose, cached: Cached[Any]) -> None:
        """Count what a shared thing cost: own work to `purpose`, the rest to waiting and shared."""
        self.add(purpose, cached.own_seconds)
        self.add("waiting", cached.waiting_seconds)
        self.add("shared", cached.shared_seconds)

    def take(self) -> dict[str, float]:
        """Return the seconds so far, named as in `EpochRecord`, and begin anew."""
        seconds = {f"{purpose}_seconds": self._seconds[purpose] for purpose in PURPOSES}
        self._seconds = dict.fromkeys(PURPOSES, 0.0)
        return seconds


def cost(seconds: dict[str, float]) -> float:
    """Return what an epoch would have cost alone: neither validation nor waiting count."""
    return sum(seconds[f"{p}_seconds"] for p in ("range_test", "features", "training", "shared"))

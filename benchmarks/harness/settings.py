"""What all lines are measured with: images, the peers' Python, threads."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.measure import REPOSITORY


class NotMeasurableError(RuntimeError):
    """What a line needs is not here: the peers' environment, images, a device. The message says what."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where a run of the benchmarks finds its things.

    Attributes:
        images: Folder of train/CLASS/*.jpg, val/..., test/...
        source: Likewise, of the images that start weights are trained on; None where there are none.
        peers: Python of the peers' environment.
        work: Empty folder for whatever is written.
        quick: Whether to take as few turns and trials as show that a line works.
    """

    images: Path
    source: Path | None
    peers: Path
    work: Path
    quick: bool = False

    def turns(self, number: int) -> int:
        """Return how many pairs of turns to take."""
        return 1 if self.quick else number

    def peer(self, script: str, *arguments: str) -> list[str]:
        """Return the command that runs one of `benchmarks/peers` in its environment.

        Raises:
            NotMeasurableError: If that is not there.
        """
        if not self.peers.exists():
            raise NotMeasurableError(f"{self.peers} is missing: make bench-peers installs it")
        return [str(self.peers), str(REPOSITORY / "benchmarks" / "peers" / script), *arguments]

    def ours(self, module: str, *arguments: str) -> list[str]:
        """Return the command that runs one of lrstudy's sides in a process of its own."""
        return [sys.executable, "-m", f"benchmarks.{module}", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a process that uses a cache of this run."""
        return {**os.environ, "LRSTUDY_CACHE": str(self.work / "cache"), **more}

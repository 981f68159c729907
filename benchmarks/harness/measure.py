"""Ratios measured in one run: two sides take turns on the same work, and each pair of turns gives a ratio."""

import json
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]

Side = Callable[[], float]
"""Does the work once and returns what it took: seconds, or anything else of which less is better."""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """How many times better lrstudy is than the other side.

    Attributes:
        ratio: Median over the pairs of turns of the other side's figure over lrstudy's.
        low: Least ratio of a pair; of the lines that have one, the lower end of an interval. None where there is none.
        high: Greatest, or the upper end, likewise.
        n: Pairs.
        ours: Median of lrstudy's figure; of this machine at that moment, for orientation only.
        theirs: Median of the other side's.
        note: What else a reader has to know of this measurement.
    """

    ratio: float
    low: float | None
    high: float | None
    n: int
    ours: float
    theirs: float
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that are kept in `latest.json`, rounded to what they are good for."""
        return {key: float(f"{v:.4g}") if isinstance(v, float) else v for key, v in asdict(self).items()}


def of_pairs(ours: Sequence[float], theirs: Sequence[float], *, note: str = "") -> Ratio:
    """Return the ratio of two rows of figures that were measured in turns.

    Raises:
        ValueError: If they are empty or of different lengths.
    """
    if not ours or len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} and {len(theirs)} figures are no pairs")
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    return Ratio(
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
        n=len(ratios),
        ours=statistics.median(ours),
        theirs=statistics.median(theirs),
        note=note,
    )


def in_turns(ours: Side, theirs: Side, *, n: int, warm_up: int = 1, note: str = "") -> Ratio:
    """Measure both sides in turns, the one that begins changing from pair to pair.

    Args:
        ours: lrstudy's side.
        theirs: The other.
        n: Pairs that count.
        warm_up: Pairs before them that do not.
        note: See `Ratio`.
    """
    figures: tuple[list[float], list[float]] = ([], [])
    for pair in range(-warm_up, n):
        order = (0, 1) if pair % 2 == 0 else (1, 0)
        taken = {side: (ours, theirs)[side]() for side in order}
        if pair >= 0:
            for side in (0, 1):
                figures[side].append(taken[side])
    return of_pairs(*figures, note=note)


def last_json(command: Sequence[str], *, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Run a command in the repository and return the JSON object that its last line is.

    Raises:
        RuntimeError: If it fails; with what it printed.
    """
    done = subprocess.run(
        list(command), cwd=REPOSITORY, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found

"""The ratio of a line from a comparison's time to the reference's level."""

from analysis.findings.contrasts.speed_up import SpeedUp
from benchmarks.harness.measure import Ratio


def of_level(level: SpeedUp | None, *, with_search: bool = False, note: str = "") -> Ratio:
    """Return the ratio with its interval; with the search on both sides there is none, as each arm had one.

    Args:
        level: What the comparison found.
        with_search: Whether both sides' search and selection count.
        note: What a reader has to know besides how the ratio was made.

    Raises:
        RuntimeError: If too few runs reached the level for a ratio.
    """
    if level is None or level.ratio is None:
        raise RuntimeError("too few runs reached the reference's level for a ratio")
    value = level.ratio_with_search if with_search else level.ratio.value
    if value is None:
        raise RuntimeError("no search was recorded, so that its cost cannot be counted")
    ours, theirs = level.arm_seconds, level.reference_seconds
    if with_search:
        ours, theirs = ours + (level.arm_search_seconds or 0), theirs + (level.reference_search_seconds or 0)
    return Ratio(
        ratio=value,
        low=None if with_search else level.ratio.low,
        high=None if with_search else level.ratio.high,
        n=level.ratio.log.num_pairs,
        ours=ours,
        theirs=theirs,
        note=f"jackknife over seeds; reached by {level.reached_arm} and {level.reached_reference} of "
        f"{level.num_pairs} runs; restricted mean seconds; {note}",
    )

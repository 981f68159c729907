"""Gain of more searching: what the second half of a study's own search brought on validation, and what it took."""

from dataclasses import dataclass

from analysis.loading.study_data import StudyData

MIN_HOURS = 0.5
"""A shorter second half does not say what an hour of search brings: gains fall off, and it would be carried too far."""


@dataclass(frozen=True, kw_only=True)
class SearchGain:
    """The second half of an arm's search, in the order in which its trials were given out.

    Attributes:
        num_trials: Trials of that half, over all of the arm's searches.
        hours: What they took of the whole machine; None where it is not known how many trials ran at once.
        gain: By how much the best validation objective rose in it; a mean over the arm's searches. It flatters: the
            best of many is partly luck.
    """

    num_trials: int
    hours: float | None
    gain: float

    @property
    def per_hour(self) -> float | None:
        """What an hour brought; None, unknown, where the half was shorter than MIN_HOURS."""
        return None if self.hours is None or self.hours < MIN_HOURS else self.gain / self.hours


def search_gain(data: StudyData, arm: str) -> SearchGain | None:
    """Return what the second half of an arm's search brought; None where a half has no trial that finished."""
    runs = data.runs
    trials = runs[(runs["arm"] == arm) & (runs["stage"] == "search")].sort_index()
    gains, late, seconds = [], 0, 0.0
    for _, search in trials.groupby("repeat"):
        first, second = search.iloc[: len(search) // 2], search.iloc[len(search) // 2 :]
        before, after = first["final_val"].max(), search["final_val"].max()
        if not before <= after:  # one of them is missing
            return None
        gains.append(float(after - before))
        late += len(second)
        seconds += float(second["cost_seconds"].sum())
    if not gains:
        return None
    at_once = data.metadata.num_concurrent_trials
    return SearchGain(
        num_trials=late,
        hours=seconds / 3600 / at_once if at_once else None,
        gain=sum(gains) / len(gains),
    )

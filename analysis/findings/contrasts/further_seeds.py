"""Further seeds that an open question would take, and what they would cost."""

from dataclasses import dataclass, replace

from analysis.findings.contrasts.judging import TestResult
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.further_pairs import FurtherPairs, further_pairs
from analysis.statistics.looks import Looks


@dataclass(frozen=True, kw_only=True)
class FurtherSeeds:
    """What it would take to decide between an arm and the reference.

    Attributes:
        needed: Further seeds, or searches where those are the units of intervals.
        seconds: Wall time of so many on all arms in the race, at the pace of the confirmation; None where it is not
            known, as for searches.
        money: The same at the price of the machine; None where that is not known.
    """

    needed: FurtherPairs
    seconds: float | None
    money: float | None


def further_seeds(
    data: StudyData, estimate: Estimate | None, result: TestResult, looks: Looks
) -> FurtherSeeds | None:
    """Return what it would take to answer an open question; None where it is answered, or cannot be judged.

    Nor of splits: they are drawn of the same images, and nobody has measured what more of them bring.

    Args:
        data: The study.
        estimate: Of the question.
        result: Its answer so far.
        looks: The looks that were made at it; one more would follow.
    """
    if result.verdict != "undecided" or estimate is None or result.step is None or estimate.of_splits:
        return None
    step, made = result.step, looks.num_seeds

    def level(pairs: int) -> float:
        return replace(looks, num_seeds=(*made, made[-1] + pairs)).level(step)

    needed = further_pairs(estimate, margin=result.margin, level=level)
    if needed is None:
        return None
    each = None if needed.pairs is None or estimate.seeds_each else seconds_per_seed(data)
    seconds = None if each is None or needed.pairs is None else each * needed.pairs
    price = data.settings.cost_per_hour
    return FurtherSeeds(
        needed=needed,
        seconds=seconds,
        money=None if seconds is None or price is None else seconds / 3600 * price,
    )


def seconds_per_seed(data: StudyData) -> float | None:
    """Return the wall time that a further seed takes at the confirmation's pace; None where it is not known.

    It has as many runs as the last seed had: an arm that left the race gets none.
    """
    wall = data.metadata.stage_seconds.get("confirm")
    seeds = data.runs.loc[data.runs["stage"] == "confirm", "seed"]
    if not wall or seeds.empty:
        return None
    return float(wall / len(seeds) * (seeds == seeds.max()).sum())

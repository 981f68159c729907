"""The confirmed networks' weights: of many runs the files of the best are kept."""

from collections.abc import Iterable
from pathlib import Path

from study.search.ranking import Ended, best


def drop_weights(
    folder: Path, confirmed: Iterable[Ended], *, since: int = 0, keep: int, each_arms_best: bool
) -> None:
    """Delete the weights of confirmation runs but those of the best, by validation.

    Args:
        folder: Where they lie, one file a run.
        confirmed: The runs that have ended.
        since: The extension that chose the winners that count; earlier winners' runs are not among the best.
        keep: Of all arms together so many are kept.
        each_arms_best: Keep each arm's best beside them: its model is still to be made of it.
    """
    # Of equally good runs the model is made of the first seed's.
    ended = sorted(confirmed, key=lambda each: each.job.info.seed)
    counting = [each for each in ended if each.job.info.extension >= since]
    kept = {each.job.info.run for each in best(counting, keep)}
    if each_arms_best:
        arms = {each.job.info.arm for each in counting}
        of_winners = {
            arm: [e for e in counting if e.job.info.arm == arm and e.job.info.overall] for arm in arms
        }
        kept |= {each.job.info.run for runs in of_winners.values() for each in best(runs, 1)}
    for each in ended:
        if each.job.info.run not in kept:
            (folder / f"{each.job.info.run}.pt").unlink(missing_ok=True)

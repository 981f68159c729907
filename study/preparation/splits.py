"""Splits of a confirmation: the search's, and others that are drawn from its training and test images."""

from pathlib import Path

from study.errors import StudyError
from study.spec.seeds import split_seeds
from study.spec.study_file import StudySpec
from trainables.data import DataError, PreparedData
from trainables.data.building import read_pool
from trainables.data.checks import duplicates_in_source
from trainables.data.prepared import read_fingerprints
from trainables.data.resplit import resplit
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TEST, TRAIN, VAL


def confirmed_splits(
    spec: StudySpec, target: PreparedData, *, source: PreparedData | None, cache: Path
) -> tuple[PreparedData, ...]:
    """Return the target on every split of the confirmation, as it was prepared first.

    Raises:
        StudyError: In one sentence, where test images were given and so are no sample of all, where too few groups
            allow so many splits, or where images of a new test split are in the source of the start weights.
    """
    splits = spec.confirm.splits
    if splits == 1:
        return (target,)
    if any(image.split == TEST for image in read_pool(spec.data.target, cache=cache).images):
        raise StudyError(
            f"confirm.splits: {splits} is not allowed where data.target has a test split of its own, which is measured "
            "as it is; 1, or images without a test split"
        )
    try:
        others = [resplit(target, seed=seed, cache=cache) for seed in split_seeds(spec)]
    except DataError as error:
        raise StudyError(
            f"confirm.splits: {splits} is not allowed with so few groups; 1, or more groups in each class: "
            f"{'; '.join(error.problems)}"
        ) from error
    found = (target, *others)
    different = len({data.split_hashes[TEST] for data in found})
    if different < splits:
        raise StudyError(
            f"confirm.splits: {splits} is not allowed, as only {different} of them came out different with so few "
            f"groups or images; at most {different}"
        )
    for data in others:
        _refuse_seen(spec, data, source)
    return found


def _refuse_seen(spec: StudySpec, data: PreparedData, source: PreparedData | None) -> None:
    """Refuse test images that the source network was trained with, where the study file refuses duplicates."""
    problems = Problems()
    prints = {name: read_fingerprints(data, name) for name in (VAL, TEST)}
    duplicates_in_source(prints, source, spec.data.target, problems)
    if problems:
        what = "; ".join(text for texts in problems.by_kind.values() for text in texts)
        raise StudyError(
            f"confirm.splits: images that may be tested are in data.source, too ({what}); take them out, or "
            "data.target.duplicates: report"
        )


def splits_sentence(spec: StudySpec, splits: tuple[PreparedData, ...]) -> str:
    """Return what several splits come to; empty where there is one."""
    if len(splits) == 1:
        return ""
    num, seeds = len(splits), spec.confirm.max_seeds
    runs = len(spec.arms) * spec.confirm.pairs
    stored = sum((data.path / f"{name}.npy").stat().st_size for data in splits[1:] for name in (TRAIN, TEST))
    return (
        f"confirm.splits: {num} splits, {seeds} seeds on each: {runs} confirmation runs of overall winners, {num} "
        f"times as many as with one; the other splits take {stored / 1e6:.0f} MB of the cache"
    )

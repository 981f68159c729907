"""The seeds of a study's parts. They follow from `search.seed`, and no two parts share one.

Independent searches of the same arms divide the blocks of seeds: each part of the r-th has those of the first, moved by
r - 1 times SHIFT. So the first search of several is the one that would have been alone.
"""

import itertools
from collections.abc import Sequence

from analysis.loading.run_metadata import Extension
from study.spec.sections import MAX_SEEDS, SHIFT, StudySpec

STRIDE = 10_000
"""Distance between the seeds of two studies whose `search.seed` differ by one."""

_SELECTION = 1_001
_CONFIRM = _SELECTION + MAX_SEEDS
_SPLITS = _CONFIRM + MAX_SEEDS


def search_seed(spec: StudySpec) -> int:
    """Return the seed of every search trial and of the search itself; of the first search, where there are several."""
    return spec.search.seed * STRIDE


def seed_of_repeat(seed: int, repeat: int) -> int:
    """Return the seed that stands in the `repeat`-th search, counted from 1, for this one of the first."""
    return seed + SHIFT * (repeat - 1)


def most_seeds(repeats: int) -> int:
    """Return the most selection or confirmation seeds of each of so many searches, those of extensions included."""
    return MAX_SEEDS if repeats == 1 else SHIFT


def selection_seeds(spec: StudySpec) -> tuple[int, ...]:
    """Return the seeds of the selection; a longer selection keeps those of a shorter one."""
    first = search_seed(spec) + _SELECTION
    return tuple(range(first, first + spec.selection.seeds))


def confirm_seeds(spec: StudySpec) -> tuple[int, ...]:
    """Return the seeds of the confirmation's pairs; a longer confirmation keeps those of a shorter one."""
    return _fresh(spec, 0, spec.confirm.pairs)


def split_seeds(spec: StudySpec) -> tuple[int, ...]:
    """Return the seed of each split but the first, which is the one of the search."""
    first = search_seed(spec) + _SPLITS
    return tuple(range(first, first + spec.confirm.splits - 1))


def split_of(pair: int, *, splits: int) -> int:
    """Return which split, counted from 1, a pair of the confirmation is trained and tested on.

    They take turns, so that a confirmation that was stopped has about as many pairs on each.

    Args:
        pair: Number of the pair, counted from 1 over the study and its extensions.
        splits: How many there are.
    """
    return (pair - 1) % splits + 1


def extension_seeds(spec: StudySpec, extensions: Sequence[Extension]) -> tuple[tuple[int, ...], ...]:
    """Return the confirmation's seeds of each extension; they follow those that were used before.

    After more trials as many are fresh as the study file asks for.
    """
    splits = spec.confirm.splits
    counts = [spec.confirm.pairs if each.trials else each.seeds * splits for each in extensions]
    used = itertools.accumulate(counts, initial=spec.confirm.pairs)
    return tuple(_fresh(spec, before, count) for before, count in zip(used, counts, strict=False))


def _fresh(spec: StudySpec, used: int, count: int) -> tuple[int, ...]:
    first = search_seed(spec) + _CONFIRM + used
    return tuple(range(first, first + count))

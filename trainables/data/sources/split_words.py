"""The words for splits, in folders' names and in lists, and given splits that are forgotten to be cut anew."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from trainables.data.sources.pool import TEST, TRAIN, VAL
from trainables.data.sources.source import Recut

SPLIT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev"), VAL),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), TEST),
}
"""What a word in small letters means."""


def split_of(word: str) -> str | None:
    """Return the split that a word means, in whatever letters; None: it is no word for one."""
    return SPLIT_WORDS.get(word.strip().lower())


def splits_of(names: Sequence[str]) -> dict[str, str]:
    """Return the names that mean splits: words as they stand, or else with one thing more that all of them have.

    `seg_train` and `seg_test` are splits, and so are `training_set` and `test_set`; alone neither is.
    """
    plain = {name: split for name in names if (split := split_of(name)) is not None}
    if plain:
        return plain
    by_rest: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name in names:
        parts = re.split(r"[\s_.-]+", name.lower())
        words = [part for part in parts if part in SPLIT_WORDS]
        if len(words) == 1:
            by_rest[tuple(part for part in parts if part != words[0])][name] = SPLIT_WORDS[words[0]]
    whole = [found for found in by_rest.values() if TRAIN in found.values() and len(set(found.values())) > 1]
    return whole[0] if len(whole) == 1 else {}


def recut_split(split: str | None, recut: Recut | None) -> str | None:
    """Return the split that an image counts as given in: with "val" train for val, with "all" none."""
    if recut == "all":
        return None
    return TRAIN if recut == "val" and split == VAL else split


def recut_notes(recut: Recut | None) -> tuple[str, ...]:
    """Return what became of the given splits, in a sentence; nothing where they are kept."""
    if recut is None:
        return ()
    whole = (
        "what was given as train and val together"
        if recut == "val"
        else "all images, whatever they were given as"
    )
    return (f"recut: {recut}: splits are cut out of {whole}",)

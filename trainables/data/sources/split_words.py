"""The words for splits, in folders' names and in lists, and given splits that are forgotten to be cut anew."""

from collections.abc import Mapping

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

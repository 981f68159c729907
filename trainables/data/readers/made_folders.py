"""Folders beside the classes, or in them, that are none: results, thumbnails, and names that leave doubts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TRAIN
from trainables.data.sources.split_words import split_of
from trainables.text import counted

_OF_A_STUDY = frozenset(("study.yaml", "run.json"))
"""What lrstudy writes into every folder of results."""

_THUMBNAILS = frozenset(("thumb", "thumbs", "thumbnail", "thumbnails", "_thumbs", "previews"))

_DOUBTFUL = frozenset((
    *_THUMBNAILS, "results", "result", "runs", "output", "outputs", "logs", "checkpoints", "figures", "plots", "tmp",
    "temp", "backup", "backups", "masks", "annotations", "unlabeled", "unlabelled", "unsorted",
))  # fmt: skip
"""Names that folders of programs and of people have more often than classes."""


def folders_of_results(files: Sequence[str]) -> set[str]:
    """Return the folders that lrstudy wrote its results to, and those around them that hold no other images."""
    names: dict[str, set[str]] = defaultdict(set)
    for path in files:
        names[str(PurePosixPath(path).parent)].add(PurePosixPath(path).name)
    results = {folder for folder, inside in names.items() if inside >= _OF_A_STUDY and folder != "."}
    around = {str(PurePosixPath(folder).parent) for folder in results} - {"."}
    others = {
        str(folder)
        for path in files
        if not results.intersection(map(str, PurePosixPath(path).parents)) and not path.endswith(".db")
        for folder in PurePosixPath(path).parents
    }
    return results | (around - others)


def thumbnails_among(images: Collection[str]) -> set[str]:
    """Return the images in folders of thumbnails that are there as well without that folder: `cat/thumbs/1.jpg`."""
    stems = {PurePosixPath(path).with_suffix("") for path in images}
    found = set()
    for path in images:
        parts = PurePosixPath(path).with_suffix("").parts
        for at, name in enumerate(parts[:-1]):
            if name.lower() in _THUMBNAILS and PurePosixPath(*parts[:at], *parts[at + 1 :]) in stems:
                found.add(path)
    return found


def is_doubtful(name: str) -> bool:
    """Say whether a folder of this name is hardly a class; a lone `train` may be one, of vehicles."""
    return name.lower() in _DOUBTFUL or split_of(name) not in (None, TRAIN)


def refuse_doubtful(num_images: dict[str, int], problems: Problems) -> None:
    """Name the folders with images that are hardly classes: the user says which it is.

    Args:
        num_images: How many are in each class.
        problems: Takes the classes.
    """
    for name, num in num_images.items():
        if is_doubtful(name):
            what = f"{name!r} with {counted(num, 'image')}"
            problems.add(
                "folders that may be no classes (move them out, or name the classes with classes)", what
            )

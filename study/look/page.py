"""The page of a look: one file that needs nothing else, its verdict first, then pictures to scroll through."""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.page_templates import page_templates
from study.look.concerns import SHOWN, concerns, described, used_splits, verdict
from study.look.look import Look, Pair, SeenImage
from study.look.looking import Looked
from study.look.metadata_model import CONFIDENCE
from study.look.pictures import pictures

LINKS = {
    "refused": "See what",
    "unreadable": "See which",
    "across": "See the pairs across splits",
    "conflicts": "See the pairs across classes",
    "within": "See the pairs within a split",
    "metadata": "See the table of metadata",
    "classes": "See the counts",
    "unusual": "See the images",
}
"""What the link to a section of the page is called, by the key of a concern."""
MOST_PAIRS, MOST_UNUSUAL = 24, 18
"""Pairs of one kind, and images of one kind, that are shown."""
MOST_CLASSES, OF_CLASS = 30, 6
"""Classes of which images are shown, and how many of each."""


@dataclass(frozen=True, kw_only=True)
class _Gallery:
    """Pairs under one heading, and how many there are."""

    key: str
    title: str
    pairs: tuple[Pair, ...]
    num: int


def write_page(
    looked: Looked, path: Path, *, name: str, samples: Mapping[str, tuple[SeenImage, ...]]
) -> Path:
    """Write the page beside itself, rename it, and return its path.

    Args:
        looked: The look and its images.
        path: The page.
        name: What the set is called.
        samples: Images of each class that are shown, see `samples_of`.
    """
    look = looked.look
    galleries = _galleries(look)
    unusual = {kind: images[:MOST_UNUSUAL] for kind, images in look.unusual.items()}
    shown = [image.id for each in galleries for pair in each.pairs for image in (pair.first, pair.second)]
    shown += [image.id for images in (*unusual.values(), *samples.values()) for image in images]
    text = (
        page_templates("study.look")
        .get_template("look.html.j2")
        .render(
            look=look,
            name=name,
            verdict=verdict(look),
            links=LINKS,
            concerns=concerns(look)[:SHOWN],
            further=concerns(look)[SHOWN:],
            splits=used_splits(look),
            galleries=[each for each in galleries if each.num],
            unusual=unusual,
            samples=samples,
            pictures=pictures(looked, shown),
            described=described,
            confidence=f"{CONFIDENCE:.0%}",
        )
    )
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    return beside.replace(path)


def samples_of(looked: Looked) -> dict[str, tuple[SeenImage, ...]]:
    """Return a few images of each class, evenly over its list."""
    pool = looked.pool
    of_class: dict[int, list[str]] = defaultdict(list)
    for place, raw in enumerate(pool.images):
        sets = pool.label_sets
        for label in (raw.label,) if sets is None else sets[place].nonzero()[0].tolist():
            of_class[label].append(raw.id)
    return {
        pool.classes[label]: tuple(
            SeenImage(id=each, split="", label=pool.classes[label])
            for each in of_class[label][:: max(1, len(of_class[label]) // OF_CLASS)][:OF_CLASS]
        )
        for label in sorted(of_class)[:MOST_CLASSES]
    }


def as_plain(look: Look) -> dict[str, Any]:
    """Return the look as values for JSON, with what is said of it."""
    return {
        "verdict": verdict(look),
        "concerns": [asdict(concern) for concern in concerns(look)],
        **asdict(look),
        "missing": look.missing,
        "metadata": [
            {**asdict(score), "beats_chance": score.beats_chance, "leaks": score.leaks}
            for score in look.metadata
        ],
    }


def _galleries(look: Look) -> tuple[_Gallery, ...]:
    kinds = {
        "across": ("The same picture in different splits", [pair for pair in look.pairs if pair.across]),
        "conflicts": (
            "The same picture under different classes",
            [pair for pair in look.pairs if pair.conflicting],
        ),
        "within": ("The same picture within one split", [pair for pair in look.pairs if not pair.across]),
    }
    return tuple(
        _Gallery(key=key, title=title, pairs=_few(pairs), num=len(pairs))
        for key, (title, pairs) in kinds.items()
    )


def _few(pairs: list[Pair]) -> tuple[Pair, ...]:
    """Return some pairs: of equal ones half as many as fit at most, where there are near ones, too."""
    equal = [pair for pair in pairs if pair.equal]
    near = [pair for pair in pairs if not pair.equal]
    num_near = min(len(near), max(MOST_PAIRS // 2, MOST_PAIRS - len(equal)))
    return (*equal[: MOST_PAIRS - num_near], *near[:num_near])

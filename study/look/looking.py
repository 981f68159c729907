"""Taking a look at a data set: read, measure, compare; kept in the cache under the hash of its content."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from pydantic import TypeAdapter

from study.look.look import Look, Pair, SeenImage, Spread
from study.look.measured_image import MeasuredImage
from study.look.measured_set import MeasuredSet, measured_set
from study.look.metadata_model import LabelledImages, metadata_scores
from study.look.repeated_pictures import repeated_pictures
from study.look.similarity.near_duplicates import MOST, MOST_FOR_CROPS
from study.look.unusual_images import unusual_images
from trainables.data.building import content_key, read_pool
from trainables.data.readers.classes import MISSING
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import SPLITS, Pool, RawImage
from trainables.data.sources.registry import READERS
from trainables.data.sources.source import DataSource
from trainables.data.splits import linked
from trainables.sharing.cache_folder import cache_dir
from trainables.sharing.cached import get_or_build, load_cached

KEY_VERSION = 1
"""Version of what is looked for and how; part of the key, so that a change never reads old looks."""
FOLDER, FILE = "looks", "look.json"
SHOWN_ELSEWHERE = (MISSING, "class too small to cut")
"""Beginnings of kinds of problem that the counts show."""

Progress = Callable[[str, float], None]
"""Told what is done now, and the share of it that is done."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A look, and the images that it was taken at, so that they can be shown."""

    look: Look
    source: DataSource
    pool: Pool


def look_at(
    source: DataSource,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
    most: int | None = None,
) -> Looked | None:
    """Return a look at a data set, from the cache where one was taken at the same images.

    Args:
        source: The set.
        cache: Cache folder; None: `cache_dir()`.
        progress: Told what is done now.
        most: Images up to which a look is taken where none is in the cache; None: any number.

    Returns:
        The look; None for a set of more images than `most`, at which none was taken before.

    Raises:
        DataError: If the set has no image.
    """
    cache = cache if cache is not None else cache_dir()
    if source.image_size is None:
        source = replace(source, image_size=READERS[source.kind].image_size)
    pool = read_pool(source, cache=cache)
    if not pool.images:
        pool.problems.raise_if_any(source.name)
        raise DataError({"no images": ["there are none"]}, source.name)
    folder = cache / FOLDER / f"{content_key(source, pool)}-{KEY_VERSION}"
    if most is not None and len(pool.images) > most and load_cached(folder, _read) is None:
        return None
    told = progress if progress is not None else _untold
    look = get_or_build(folder, build=lambda: _look(source, pool, told), save=_write, load=_read).value
    refused = (*look.refused, *_refused(pool.problems))
    return Looked(look=replace(look, refused=refused), source=source, pool=pool)


def _untold(what: str, share: float) -> None:
    pass


def _write(folder: Path, look: Look) -> None:
    (folder / FILE).write_bytes(TypeAdapter(Look).dump_json(look))


def _read(folder: Path) -> Look:
    return TypeAdapter(Look).validate_json((folder / FILE).read_bytes())


def _refused(problems: Problems) -> tuple[str, ...]:
    return tuple(
        f"{kind}: {what}"
        for kind, whats in problems.by_kind.items()
        if not kind.startswith(SHOWN_ELSEWHERE)
        for what in whats
    )


def _look(source: DataSource, pool: Pool, progress: Progress) -> Look:
    started = time.perf_counter()
    measured = measured_set(source, pool, progress=lambda share: progress("measuring images", share))
    images, raws = measured.images, measured.raws
    seen = [
        SeenImage(id=raw.id, split=split, label=", ".join(pool.classes[label] for label in labels))
        for raw, split, labels in zip(raws, measured.splits, measured.labels, strict=True)
    ]
    pairs = repeated_pictures(
        images, seen, progress=lambda share: progress("looking for repeated pictures", share)
    )
    given = all(raw.split is not None for raw in raws)
    progress("asking what metadata tell", 0.0)
    labelled = LabelledImages(
        images=images,
        labels=[raw.label for raw in raws],
        splits=measured.splits if given else None,
        units=_units(raws, pairs),
    )
    unusual = unusual_images(images, image_size=source.image_size)
    return Look(
        classes=pool.classes,
        multi_label=pool.label_sets is not None,
        counts={split: _counts(measured, split, len(pool.classes)) for split in SPLITS},
        splits_given=given,
        num_images=len(images),
        image_size=source.image_size,
        widths=_spread([image.width for image in images]),
        heights=_spread([image.height for image in images]),
        elongations=_spread([_elongation(image) for image in images]),
        types=_types(images),
        unreadable=measured.unreadable,
        pairs=pairs,
        unusual={name: tuple(seen[place] for place in places) for name, places in unusual.items()},
        metadata=() if pool.label_sets is not None else metadata_scores(labelled),
        near_searched=len(images) <= MOST,
        crops_searched=len(images) <= MOST_FOR_CROPS,
        refused=_refused(measured.problems),
        seconds=time.perf_counter() - started,
    )


def _units(raws: Sequence[RawImage], pairs: Sequence[Pair]) -> list[int]:
    """Return for every image the number of what it stands together with: its group, and pictures that repeat."""
    keys: list[list[tuple[str, str]]] = [
        [("image", raw.id), *([("group", raw.group)] if raw.group else [])] for raw in raws
    ]
    places = {raw.id: place for place, raw in enumerate(raws)}
    for pair in pairs:
        keys[places[pair.second.id]].append(("image", pair.first.id))
    return linked(keys)


def _counts(measured: MeasuredSet, split: str, num_classes: int) -> tuple[int, ...]:
    counts = Counter(
        label
        for where, labels in zip(measured.splits, measured.labels, strict=True)
        for label in labels
        if where == split
    )
    return tuple(counts[label] for label in range(num_classes))


def _spread(values: Sequence[float]) -> Spread:
    return Spread(least=float(min(values)), middle=float(median(values)), most=float(max(values)))


def _elongation(image: MeasuredImage) -> float:
    return max(image.width, image.height) / min(image.width, image.height)


def _types(images: Sequence[MeasuredImage]) -> dict[str, int]:
    names = [image.marks.type for image in images]
    return {name: names.count(name) for name in sorted(set(names))}

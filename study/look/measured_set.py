"""A set's images, measured, with the splits and labels that a study would have; what cannot be decoded is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from study.look.look import Unreadable
from study.look.measured_image import MeasuredImage, measure
from study.look.set_window import deep_images
from trainables.data.assign import Candidates, assign
from trainables.data.decoding.decode import Reading
from trainables.data.sources.errors import DataError, Problems, UnreadableError
from trainables.data.sources.pool import SPLITS, Pool, RawImage
from trainables.data.sources.source import DataSource
from trainables.data.sources.threads import map_in_threads

_CHUNK, _AT_A_TIME = 256, 16


@dataclass(frozen=True, kw_only=True)
class MeasuredSet:
    """The images that a study would use; all lists in one order.

    Attributes:
        raws: The images as they were listed.
        images: Their measures.
        splits: The split of each.
        labels: Class indices of each: one, or any number where images have several labels.
        unreadable: What cannot be decoded.
        problems: What stands against cutting the set into splits.
    """

    raws: Sequence[RawImage]
    images: Sequence[MeasuredImage]
    splits: Sequence[str]
    labels: Sequence[tuple[int, ...]]
    unreadable: tuple[Unreadable, ...]
    problems: Problems


def measured_set(source: DataSource, pool: Pool, *, progress: Callable[[float], None]) -> MeasuredSet:
    """Return the images of a pool, measured.

    Raises:
        DataError: If none of them can be decoded.
    """
    results = _measured(source, pool, progress)
    good = [place for place, result in enumerate(results) if isinstance(result, MeasuredImage)]
    if not good:
        raise DataError({"cannot be decoded": [f"{pool.images[0].id}: {results[0]}"]}, source.name)
    images = [result for result in results if isinstance(result, MeasuredImage)]
    sets = None if pool.label_sets is None else pool.label_sets[good]
    candidates = Candidates(
        images=[pool.images[place] for place in good],
        hashes=[image.pixels_hash for image in images],
        label_sets=sets,
    )
    problems = Problems()
    positions = assign(candidates, source=source, classes=pool.classes, problems=problems).positions
    split_of = {place: split for split in SPLITS for place in positions[split]}
    used = sorted(split_of)
    return MeasuredSet(
        raws=[candidates.images[place] for place in used],
        images=[images[place] for place in used],
        splits=[split_of[place] for place in used],
        labels=[
            (candidates.images[place].label,) if sets is None else tuple(sets[place].nonzero()[0].tolist())
            for place in used
        ],
        unreadable=tuple(
            Unreadable(id=raw.id, why=str(result))
            for raw, result in zip(pool.images, results, strict=True)
            if isinstance(result, UnreadableError)
        ),
        problems=problems,
    )


def _measured(
    source: DataSource, pool: Pool, progress: Callable[[float], None]
) -> list[MeasuredImage | UnreadableError]:
    reading = Reading.of(source)
    deep = deep_images(pool.images, reading=reading, stated=source.window)

    def one(raw: RawImage) -> MeasuredImage | UnreadableError:
        try:
            return measure(raw, reading=reading, window=deep.window, pixels_hash=deep.hashes.get(raw.id))
        except UnreadableError as error:
            return error

    results: list[MeasuredImage | UnreadableError] = []
    for start in range(0, len(pool.images), _CHUNK):
        results += map_in_threads(one, pool.images[start : start + _CHUNK], chunk=_AT_A_TIME)
        progress(len(results) / len(pool.images))
    return results

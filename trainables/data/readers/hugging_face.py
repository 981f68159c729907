"""Data sets of Hugging Face's package `datasets`: by name, saved to a folder, or files that it reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from trainables.data.decoding.opening import open_bytes, open_file
from trainables.data.readers.classes import chosen_classes, refuse_missing_classes
from trainables.data.readers.lists.labels import one_label
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import SPLITS, TRAIN, Pool, RawImage, digest, file_content
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import recut_notes, recut_split, split_of
from trainables.data.sources.threads import map_in_threads
from trainables.sharing.cache_folder import machine_lock
from trainables.text import printable

_LABEL_NAMES = ("label", "labels", "class", "target", "category")
_SAVED = ("dataset_dict.json", "state.json")
"""Files that `save_to_disk` writes."""
_BUILDERS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".json": "json",
    ".jsonl": "json",
    ".csv": "csv",
}
"""What the package reads a single file with."""


def read_hugging_face(source: DataSource, cache: Path) -> Pool:
    """Return the images of a set in its splits; nothing is decoded, and files stay where they are.

    A split of another name than train, validation or test is left out, as is one without labels, which the notes say.

    Raises:
        DataError: If the package is missing, it finds no such set, or nobody can tell the columns.
    """
    with machine_lock(cache, "hugging_face"):
        sets = _loaded(source, cache)
    problems, notes = Problems(), list[str]()
    given = _splits(sets, source, notes, problems)
    columns = _columns(next(iter(given.values())), source, notes, problems)
    rows = [row for split, rows in given.items() for row in _rows(rows, split, columns)]
    unlabelled = {split for split in given if all(r.label is None for r in rows if r.split == split)} - {
        TRAIN,
        None,
    }
    notes += [f"skipped {split}: its images have no labels" for split in sorted(map(str, unlabelled))]
    rows = [row for row in rows if row.split not in unlabelled]
    for row in rows if columns.group else ():
        if row.group is None:
            problems.add(f"images without a group (group: {columns.group})", row.id)
    names, labels = _classes(rows, columns, notes, problems)
    problems.raise_if_any(source.name)
    classes = chosen_classes(source, names, problems)
    kept = [(row, label) for row, label in zip(rows, labels, strict=True) if label in classes]
    placed = [(recut_split(row.split, source.recut), label) for row, label in kept]
    splits: list[str | None] = [split for split in SPLITS if split in {split for split, _ in placed}]
    refuse_missing_classes(placed, classes, splits or [None], problems)
    contents = map_in_threads(_Row.content, [row for row, _ in kept])
    images = tuple(
        RawImage(
            id=row.id,
            open=row.open,
            content=content,
            label=classes.index(label),
            split=split,
            group=row.group,
        )
        for (row, _), (split, label), content in zip(kept, placed, contents, strict=True)
    )
    notes += recut_notes(source.recut)
    return Pool(images=images, classes=classes, notes=tuple(map(printable, notes)), problems=problems)


def _loaded(source: DataSource, cache: Path) -> Any:
    """Return what the package makes of the name or path: one set, or a mapping of splits."""
    assert source.hf is not None
    try:
        import datasets
    except ImportError as error:
        what = "needs the package datasets: pip install 'lrstudy[hf]'"
        raise DataError({"hf": [what]}, source.name) from error
    place = Path(source.hf).expanduser()
    if place.is_file() and place.suffix.lower() not in _BUILDERS:
        # Of any other ending the package would ask the hub for a set of that name.
        what = f"{source.hf} is none of {', '.join(_BUILDERS)}; csv takes a list of images, folder an archive"
        raise DataError({"hf": [what]}, source.name)
    keep = {"name": source.config, "cache_dir": str(cache / "hugging_face")}
    datasets.disable_progress_bars()
    try:
        if any((place / name).is_file() for name in _SAVED):
            return datasets.load_from_disk(str(place))
        if place.is_file():
            return datasets.load_dataset(_BUILDERS[place.suffix.lower()], data_files=str(place), **keep)
        return datasets.load_dataset(str(place) if place.is_dir() else source.hf, **keep)
    # Builders raise whatever their parsers and the network do; the sentence names the set and their own first line.
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DataError({"hf": [f"{source.hf} can't be loaded: {lines[0]}"]}, source.name) from error


def _splits(sets: Any, source: DataSource, notes: list[str], problems: Problems) -> dict[str | None, Any]:
    """Return the set of each split; under None where there is one set and no split."""
    if not isinstance(sets, Mapping):
        return {None: sets}
    known: dict[str | None, Any] = {}
    for name, rows in sets.items():
        split = split_of(name)
        if split is None:
            notes.append(f"skipped split {name}: {', '.join(SPLITS)} are known")
        elif split in known:
            problems.add("splits", f"{name} is the {split} split, and another one is, too")
        else:
            known[split] = rows
    if not known and len(sets) == 1:
        notes.clear()
        return {None: next(iter(sets.values()))}
    if TRAIN not in known:
        problems.add("splits", f"there is {', '.join(map(str, sets))} but no train")
    problems.raise_if_any(source.name)
    return known


@dataclass(frozen=True, kw_only=True)
class _Columns:
    image: str
    label: str
    group: str | None
    class_names: tuple[str, ...] | None


def _columns(rows: Any, source: DataSource, notes: list[str], problems: Problems) -> _Columns:
    import datasets

    features = rows.features
    images = [name for name, feature in features.items() if isinstance(feature, datasets.Image)]
    images = images or [name for name, feature in features.items() if _holds_bytes(feature)]
    classes = [name for name, feature in features.items() if isinstance(feature, datasets.ClassLabel)]
    classes = classes or [name for name in features if name.lower() in _LABEL_NAMES]
    choose = _Choice(tuple(features), notes, problems)
    image = choose.column("image", source.image, images)
    label = choose.column("label", None if source.label is None else str(source.label), classes)
    group = None if source.group is None else choose.column("group", source.group, [])
    if image and not (isinstance(features[image], datasets.Image) or _holds_bytes(features[image])):
        what = (
            f"image: {image!r} holds no images ({features[image].dtype}); of a list of paths csv reads them"
        )
        problems.add("columns", what)
    if label and not isinstance(features[label], datasets.ClassLabel | datasets.Value):
        what = f"label: {label!r} has no single value in a row; several labels an image are read from a list (csv)"
        problems.add("columns", what)
    problems.raise_if_any(source.name)
    feature = features[label]
    names = tuple(map(str, feature.names)) if isinstance(feature, datasets.ClassLabel) else None
    return _Columns(image=image, label=label, group=group, class_names=names)


def _holds_bytes(feature: Any) -> bool:
    """Say whether a column holds files as bytes, as Parquet files of images do that nobody described to the package."""
    inner = getattr(feature, "keys", None)
    return (
        {"bytes", "path"} <= set(inner())
        if inner
        else getattr(feature, "dtype", "") in ("binary", "large_binary")
    )


class _Choice:
    """Chooses columns of a set: those that are named, or the only ones of their type."""

    def __init__(self, names: tuple[str, ...], notes: list[str], problems: Problems) -> None:
        self._names = names
        self._notes = notes
        self._problems = problems

    def column(self, key: str, named: str | None, candidates: Sequence[str]) -> str:
        """Return a column's name; "" and a problem where it is not there, or several could be meant."""
        if named in self._names:
            return named
        there = f"there are {', '.join(self._names)}"
        if named is not None:
            close = get_close_matches(named, self._names, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            self._problems.add("columns", f"{key}: there is no column {named!r}{hint}; {there}")
            return ""
        if len(candidates) == 1:
            self._notes.append(f"{key}: column {candidates[0]}")
            return candidates[0]
        could = f"could be {' or '.join(candidates)}" if candidates else "none is clearly it"
        self._problems.add("columns", f"{key}: {could}; name one: {key}: COLUMN; {there}")
        return ""


@dataclass(frozen=True, kw_only=True)
class _Row:
    """An image of a set; `file` returns its bytes, or the path of its file."""

    id: str
    split: str | None
    label: object
    group: str | None
    file: Callable[[], bytes | str]

    def open(self) -> Image.Image:
        """Open the image."""
        file = self.file()
        return open_bytes(file) if isinstance(file, bytes) else open_file(file)

    def content(self) -> str:
        """Return the hash of the file; "" for one that cannot be read, which decoding will name."""
        file = self.file()
        return digest(file) if isinstance(file, bytes) else file_content(Path(file))


def _rows(rows: Any, split: str | None, columns: _Columns) -> Iterator[_Row]:
    import datasets

    if isinstance(rows.features[columns.image], datasets.Image):
        rows = rows.cast_column(columns.image, datasets.Image(decode=False))
    labels = rows[columns.label]
    groups = [None] * len(rows) if columns.group is None else rows[columns.group]
    images = rows.select_columns([columns.image])
    for index, (label, group) in enumerate(zip(labels, groups, strict=True)):
        yield _Row(
            id=f"{split}/{index}" if split else str(index),
            split=split,
            label=None if label in (None, -1) else label,
            group=None if group is None else str(group),
            file=partial(_file, images, columns.image, index),
        )


def _file(rows: Any, column: str, index: int) -> bytes | str:
    value = rows[index][column]
    if not isinstance(value, Mapping):
        return bytes(value or b"")
    return bytes(value["bytes"]) if value["bytes"] is not None else str(value["path"] or "")


def _classes(
    rows: Sequence[_Row], columns: _Columns, notes: list[str], problems: Problems
) -> tuple[tuple[str, ...], list[str]]:
    """Return the names of the classes that occur, as the set has them, and the name of every row's."""
    if columns.class_names is None:
        texts = ["" if row.label is None else str(row.label) for row in rows]
        labelled = one_label(texts, [row.id for row in rows], problems)
        notes += labelled.notes
        return labelled.names, [label for (label,) in labelled.of_row]
    names = list(map(printable, columns.class_names))
    for row in rows:
        if row.label is None:
            problems.add("images without a label", row.id)
    labels = ["" if row.label is None else names[int(str(row.label))] for row in rows]
    return tuple(name for name in names if name in set(labels)), labels

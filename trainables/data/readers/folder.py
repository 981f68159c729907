"""A folder of images: `train/val/test`, `train/val`, `train/test`, or just one subfolder a class."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from trainables.data.decoding.opening import open_file
from trainables.data.readers.groups import groups_of
from trainables.data.readers.listing import Listing, list_files, split_folders, subfolders_of
from trainables.data.readers.lost_files import refuse_lost_files
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import Pool, RawImage, and_more, file_content
from trainables.data.sources.source import DataSource
from trainables.data.sources.threads import map_in_threads
from trainables.text import counted, printable


def read_folder(source: DataSource, cache: Path) -> Pool:
    """Return the images of a folder, sorted by path, with their classes, given splits and groups.

    Files that are hidden, left by a system, or no images are skipped, which the notes say; a class that would lose many
    that way is a problem.

    Raises:
        DataError: If there is no folder, or nothing in it could be an image of a class.
    """
    assert source.folder is not None
    root = Path(source.folder).expanduser()
    if not root.is_dir():
        raise DataError({"folder": [f"{root} does not exist or is no folder"]}, source.name)
    problems = Problems()
    listing = list_files(root, problems)
    splits = split_folders(root, problems)
    # Without sound splits nothing else can be judged.
    problems.raise_if_any(source.name)
    found, stray = _place(listing.images, splits)
    if not found:
        problems.add("no images", _why_nothing(root, listing, stray))
        problems.raise_if_any(source.name)
    names = _class_folders(root, splits)
    _refuse_alike(names, [image.path for image in found], problems)
    classes = _chosen_classes(source, sorted({printable(name) for name in names}), problems)
    placed = [image for image in found if image.class_name in classes]
    _refuse_missing_classes(placed, classes, splits, problems)
    refuse_lost_files(listing, splits, classes, problems)
    if len(classes) == 1:
        problems.add("one class only", _one_class(root, classes[0], splits))
    images = _raw_images(root, placed, classes, source=source, problems=problems)
    notes = _notes(listing, stray, splits, root)
    return Pool(images=images, classes=classes, notes=notes, problems=problems)


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """An image and what its place in the folder says: its path as the disk has it, its class as it is printed."""

    path: str
    split: str | None
    class_name: str


def _place(paths: list[str], splits: Mapping[str, str]) -> tuple[list[_Placed], list[str]]:
    """Return the images that lie in a class's folder, and those that should but don't."""
    placed, stray = [], []
    for path in paths:
        parts = PurePosixPath(path).parts
        if splits and parts[0] not in splits:
            continue
        inside = parts[1:] if splits else parts
        if len(inside) < 2:
            stray.append(path)
        else:
            split = splits[parts[0]] if splits else None
            placed.append(_Placed(path=path, split=split, class_name=printable(inside[0])))
    return placed, stray


def _class_folders(root: Path, splits: Mapping[str, str]) -> list[str]:
    parents = [root / name for name in splits] or [root]
    return sorted({name for parent in parents for name in subfolders_of(parent)})


def _refuse_alike(names: list[str], paths: list[str], problems: Problems) -> None:
    """Name the classes that nobody could tell apart: `é` in one character or in two; and names equal once printed."""
    for same in _equal(names, by=lambda name: unicodedata.normalize("NFC", printable(name))):
        problems.add(
            "classes of the same name", f"{' and '.join(map(ascii, same))} look the same; rename one"
        )
    for same in _equal(paths, by=printable):
        problems.add("files of the same name", f"{' and '.join(map(ascii, same))} look the same; rename one")


def _equal(names: list[str], *, by: Callable[[str], str]) -> Iterator[list[str]]:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[by(name)].append(name)
    yield from (same for same in alike.values() if len(same) > 1)


def _why_nothing(root: Path, listing: Listing, stray: list[str]) -> str:
    if stray:
        return (
            f"{counted(len(stray), 'image', 'lies', 'lie')} in {root} outside of any class's folder "
            f"({and_more(stray)}); allowed: one subfolder a class"
        )
    if listing.others:
        return (
            f"{root} holds {counted(len(listing.others), 'file')} and no image ({and_more(listing.others)})"
        )
    return f"{root} is empty"


def _chosen_classes(source: DataSource, names: list[str], problems: Problems) -> tuple[str, ...]:
    if source.classes is None:
        return tuple(names)
    chosen = tuple(str(name) for name in source.classes)
    for name in chosen:
        if name not in names:
            problems.add("unknown class", f"{name!r}; there are {', '.join(names)}")
    return tuple(name for name in chosen if name in names)


def _refuse_missing_classes(
    placed: list[_Placed], classes: tuple[str, ...], splits: Mapping[str, str], problems: Problems
) -> None:
    counts = Counter((image.split, image.class_name) for image in placed)
    for split in dict.fromkeys(splits.values()) or (None,):
        for name in classes:
            if not counts[split, name]:
                problems.add("class without images", f"{name!r}" + (f" in {split}" if split else ""))


def _one_class(root: Path, name: str, splits: Mapping[str, str]) -> str:
    folder = root / next(iter(splits), "") / name
    inside = subfolders_of(folder) if folder.is_dir() else []
    if splits or len(inside) < 2:
        return f"{name!r}; allowed: two or more"
    return f"{name!r}; if its subfolders ({and_more(inside)}) are the classes, the folder to give is {folder}"


def _raw_images(
    root: Path, placed: list[_Placed], classes: tuple[str, ...], *, source: DataSource, problems: Problems
) -> tuple[RawImage, ...]:
    paths = [image.path for image in placed]
    ids = list(map(printable, paths))
    groups: dict[str, str] = {}
    if source.group is not None:
        groups = groups_of(ids, group=source.group, folder=root, problems=problems)
    contents = map_in_threads(file_content, [root / path for path in paths])
    return tuple(
        RawImage(
            id=id_,
            open=partial(open_file, root / image.path),
            content=content,
            label=classes.index(image.class_name),
            split=image.split,
            group=groups.get(id_),
        )
        for image, id_, content in zip(placed, ids, contents, strict=True)
    )


def _notes(listing: Listing, stray: list[str], splits: Mapping[str, str], root: Path) -> tuple[str, ...]:
    notes = []
    if listing.droppings:
        notes.append(
            f"skipped {counted(len(listing.droppings), 'file', 'that is', 'that are')} hidden or left by a system: "
            f"{and_more(listing.droppings)}"
        )
    if listing.others:
        num = counted(len(listing.others), "file", "that is no image", "that are no images")
        notes.append(f"skipped {num}: {and_more(listing.others)}")
    if stray:
        notes.append(
            f"skipped {counted(len(stray), 'image')} outside of any class's folder: {and_more(stray)}"
        )
    ignored = sorted(set(subfolders_of(root)) - set(splits)) if splits else []
    if ignored:
        notes.append(f"skipped folders beside the splits: {and_more(ignored)}")
    return tuple(map(printable, notes))

"""A folder of images, or an archive of one: a subfolder a class, and folders of splits above them or in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from trainables.data.readers.classes import chosen_classes, refuse_alike, refuse_missing_classes
from trainables.data.readers.groups import groups_of
from trainables.data.readers.layout import Layout, Place, layout_of, without_classes
from trainables.data.readers.listing import Listing, list_files, subfolders_of
from trainables.data.readers.lost_files import refuse_lost_files
from trainables.data.readers.made_folders import is_doubtful, refuse_doubtful
from trainables.data.readers.trees.archive import ArchiveTree
from trainables.data.readers.trees.at import tree_at
from trainables.data.readers.trees.tree import Tree
from trainables.data.sources.errors import Problems
from trainables.data.sources.places import LIST_SUFFIXES
from trainables.data.sources.pool import Pool, RawImage, and_more
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import recut_notes, recut_split, split_of
from trainables.data.sources.threads import map_in_threads
from trainables.text import counted, printable


def read_folder(source: DataSource, cache: Path) -> Pool:
    """Return the images of a folder, sorted by path, with their classes, given splits and groups.

    Files that are hidden, left by a system or a program, or no images are skipped, which the notes say; a class that
    would lose many that way is a problem.

    Raises:
        DataError: If there is no folder, or nothing in it could be an image of a class.
    """
    assert source.folder is not None
    problems = Problems()
    tree, wrapped = _unwrapped(tree_at(source.folder, cache=cache, key="folder"))
    listing = list_files(tree, problems)
    layout = layout_of(listing, problems)
    # Without sound splits nothing else can be judged.
    problems.raise_if_any(source.name)
    placed, stray = _place(listing.images, layout, source)
    if not placed:
        problems.add("no images", _why_nothing(tree, listing, stray))
        problems.raise_if_any(source.name)
    names = _class_names(placed, layout, listing)
    refuse_alike(names, list(placed), problems)
    classes = chosen_classes(source, sorted({printable(name) for name in names}), problems)
    placed = {path: place for path, place in placed.items() if place.class_name in classes}
    if source.classes is None:
        refuse_doubtful(Counter(place.class_name for place in placed.values()), problems)
    found = ((place.split, place.class_name) for place in placed.values())
    refuse_missing_classes(found, classes, layout.given_splits(source.recut), problems)
    refuse_lost_files(listing, layout, classes, problems)
    if len(classes) == 1:
        problems.add("one class only", _one_class(tree, listing, classes[0], layout))
    images = _raw_images(tree, placed, classes, source=source, problems=problems)
    notes = (*wrapped, *_notes(listing, stray, layout, names), *recut_notes(source.recut))
    return Pool(images=images, classes=classes, notes=notes, problems=problems)


def _unwrapped(tree: Tree) -> tuple[Tree, tuple[str, ...]]:
    """Return the tree of the classes where an archive has a folder around all of them; and a sentence about it."""
    around = []
    while isinstance(tree, ArchiveTree):
        listing = list_files(tree, Problems())
        folders = subfolders_of(listing)
        at_top = any("/" not in path for path in listing.images)
        if len(folders) != 1 or at_top or split_of(folders[0]) or not subfolders_of(listing, folders[0]):
            break
        around += folders
        tree = tree.below(folders[0])
    return tree, ((f"everything in the archive lies in {'/'.join(around)}",) if around else ())


def _place(paths: Sequence[str], layout: Layout, source: DataSource) -> tuple[dict[str, Place], list[str]]:
    """Return the images that lie in a class's folder, with what that says, and those that should but don't."""
    placed, stray = {}, []
    for path in paths:
        place = layout.place(path)
        if place is not None:
            placed[path] = replace(place, split=recut_split(place.split, source.recut))
        elif not layout.is_beside(path):
            stray.append(path)
    return placed, stray


def _class_names(placed: dict[str, Place], layout: Layout, listing: Listing) -> list[str]:
    """Return the names of the folders that are classes, as the disk has them; one that may be none needs images."""
    with_images = {place.class_name for place in placed.values()}
    folders = layout.class_folders(listing)
    return [name for name in folders if printable(name) in with_images or not is_doubtful(name)]


def _why_nothing(tree: Tree, listing: Listing, stray: list[str]) -> str:
    if stray:
        return (
            f"{counted(len(stray), 'image', 'lies', 'lie')} in {tree.name} outside of any class's folder "
            f"({and_more(stray)}); allowed: one subfolder a class"
        )
    if listing.others:
        num = counted(len(listing.others), "file")
        return f"{tree.name} holds {num} and no image ({and_more(listing.others)}){_instead(tree, listing)}"
    return f"{tree.name} is empty"


def _one_class(tree: Tree, listing: Listing, name: str, layout: Layout) -> str:
    inside = [] if layout.splits else subfolders_of(listing, name)
    if len(inside) < 2:
        return f"{name!r}; allowed: two or more{_instead(tree, listing)}"
    where = f"the folder to give is {tree.name}/{name}"
    return f"{name!r}; if its subfolders ({and_more(inside)}) are the classes, or splits, {where}"


def _instead(tree: Tree, listing: Listing) -> str:
    """Return what lies there that may be meant in place of the folder: an archive, or a list."""
    for path in listing.others:
        suffix = PurePosixPath(path).suffix.lower()
        if suffix in (".zip", ".tar", ".tgz", ".gz", ".xz", ".bz2"):
            return f"; it may be folder: {tree.name}/{path}"
        if suffix in LIST_SUFFIXES and "/" not in path:
            return f"; if {path} lists the images with their labels, it is csv: {tree.name}/{path}"
    return ""


def _raw_images(
    tree: Tree, placed: dict[str, Place], classes: tuple[str, ...], *, source: DataSource, problems: Problems
) -> tuple[RawImage, ...]:
    ids = {path: printable(path) for path in placed}
    groups: dict[str, str] = {}
    if source.group is not None:
        groups = groups_of(list(ids.values()), group=source.group, folder=tree.beside, problems=problems)
    contents = map_in_threads(tree.content, list(placed))
    return tuple(
        RawImage(
            id=ids[path],
            open=partial(tree.open, path),
            content=content,
            label=classes.index(place.class_name),
            split=place.split,
            group=groups.get(ids[path]),
        )
        for (path, place), content in zip(placed.items(), contents, strict=True)
    )


def _notes(listing: Listing, stray: list[str], layout: Layout, names: list[str]) -> tuple[str, ...]:
    notes = []
    if listing.droppings:
        notes.append(
            f"skipped {counted(len(listing.droppings), 'file', 'that is', 'that are')} hidden or left by a system: "
            f"{and_more(listing.droppings)}"
        )
    if listing.others:
        num = counted(len(listing.others), "file", "that is no image", "that are no images")
        notes.append(f"skipped {num}: {and_more(listing.others)}")
    if listing.results:
        notes.append(f"skipped {counted(len(listing.results), 'file')} of lrstudy's own results")
    if listing.thumbnails:
        num = counted(len(listing.thumbnails), "thumbnail")
        notes.append(f"skipped {num} of images that are there, too: {and_more(listing.thumbnails)}")
    if stray:
        notes.append(
            f"skipped {counted(len(stray), 'image')} outside of any class's folder: {and_more(stray)}"
        )
    if layout.class_first:
        notes.append(f"splits lie in the classes' folders: {', '.join(sorted(layout.splits))}")
    elif layout.splits:
        notes += _beside_notes(listing, layout)
    else:
        notes += _alike_inside(listing, names)
        doubtful = sorted(set(subfolders_of(listing)) - set(names))
        if doubtful:
            notes.append(f"skipped folders without images that are hardly classes: {and_more(doubtful)}")
    return tuple(map(printable, notes))


def _alike_inside(listing: Listing, names: list[str]) -> list[str]:
    """Return a note where all classes hold the same folders: one cannot see which of the two are the classes."""
    inside = {tuple(subfolders_of(listing, name)) for name in names}
    if len(inside) != 1 or len(inner := inside.pop()) < 2:
        return []
    return [f"the classes are {and_more(names)}; each holds the same folders ({and_more(list(inner))})"]


def _beside_notes(listing: Listing, layout: Layout) -> list[str]:
    unlabelled = without_classes(listing)
    ignored = sorted(set(subfolders_of(listing)) - set(layout.splits) - set(unlabelled))
    notes = [f"skipped folders beside the splits: {and_more(ignored)}"] if ignored else []
    for name, num in unlabelled.items():
        notes.append(f"skipped {name}: its {counted(num, 'image', 'has', 'have')} no classes")
    return notes

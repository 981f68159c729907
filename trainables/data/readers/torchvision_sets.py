"""Any classification set of torchvision.datasets, by the name of its class."""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from trainables.data.decoding.opening import open_file
from trainables.data.readers.torchvision_opening import official_splits
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import Pool, RawImage, digest, file_content
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import recut_notes, recut_split
from trainables.sharing.cache_folder import machine_lock
from trainables.text import printable


def read_torchvision(source: DataSource, cache: Path) -> Pool:
    """Return the images of a torchvision set in its official splits, downloading it where it is not on disk.

    Classes without any image (such as the "N/A" of EMNIST's letters) are left out.

    Raises:
        DataError: If there is no such set, it is no classification set, or it can be neither found nor
            downloaded.
    """
    assert source.torchvision is not None
    root = Path(source.root).expanduser() if source.root else cache / "torchvision"
    with machine_lock(cache, f"torchvision-{source.torchvision.partition(':')[0]}"):
        sets = official_splits(source, root)
    try:
        items = [item for split, dataset in sets.items() for item in _items(dataset, split, source)]
    except DataError:
        raise
    # Sets raise whatever their decoders do where files are damaged, or where a folder stands for the image.
    except Exception as error:
        text = f"{source.name} can't be read ({type(error).__name__}: {error})"
        raise DataError({"torchvision": [text]}, source.name) from error
    if not items:
        raise DataError({"torchvision": [f"{source.name} has no training images"]}, source.name)
    names = _class_names(next(iter(sets.values())), items)
    problems = Problems()
    labels = _labels_by_class(names, items)
    classes = _chosen(source, names, labels, problems)
    index = {labels[name]: position for position, name in enumerate(classes)}
    images = tuple(
        RawImage(
            id=item.id,
            open=item.open,
            content=item.content,
            label=index[item.target],
            split=recut_split(item.split, source.recut),
        )
        for item in items
        if item.target in index
    )
    return Pool(images=images, classes=classes, notes=recut_notes(source.recut), problems=problems)


class _Item(NamedTuple):
    id: str
    open: Callable[[], Image.Image]
    content: str
    target: int
    split: str | None


def _items(dataset: Any, split: str | None, source: DataSource) -> Iterator[_Item]:
    for index in range(len(dataset)):
        image, target = _checked(dataset[index], dataset, source)
        prefix = f"{split}/" if split else ""
        opened: Callable[[], Image.Image]
        if isinstance(image, str):
            opened, content = partial(open_file, image), file_content(Path(image))
        else:
            opened, content = partial(_image_of, dataset, index), _content(image)
        yield _Item(id=f"{prefix}{index}", open=opened, content=content, target=target, split=split)


def _checked(item: object, dataset: object, source: DataSource) -> tuple[Image.Image | str, int]:
    """Return image (or its path) and class of an item; refuse what is not one image with one class."""
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Image.Image | str):
        try:
            return item[0], operator.index(item[1])
        except TypeError:
            pass
    what = (
        f"({', '.join(type(part).__name__ for part in item)})"
        if isinstance(item, tuple)
        else type(item).__name__
    )
    text = (
        f"{type(dataset).__name__} is no classification set: its items are {what}, not (image, class index)"
    )
    raise DataError({"torchvision": [text]}, source.name)


def _image_of(dataset: Any, index: int) -> Image.Image:
    image: Image.Image = dataset[index][0]
    return image


def _content(image: Image.Image) -> str:
    pixels = np.asarray(image)
    return digest(repr((image.mode, pixels.shape)).encode(), pixels.tobytes())


def _class_names(dataset: object, items: list[_Item]) -> list[str]:
    """Return the name of every class index."""
    num = max(item.target for item in items) + 1
    for attribute in ("classes", "categories"):
        names = getattr(dataset, attribute, None)
        if (
            isinstance(names, list | tuple)
            and len(names) >= num
            and len({printable(str(name)) for name in names}) == len(names)
        ):
            return [printable(str(name)) for name in names]
    return [str(index) for index in range(num)]


def _labels_by_class(names: list[str], items: list[_Item]) -> dict[str, int]:
    occurring = {item.target for item in items}
    return {name: label for label, name in enumerate(names) if label in occurring}


def _chosen(
    source: DataSource, names: list[str], labels: Mapping[str, int], problems: Problems
) -> tuple[str, ...]:
    if source.classes is None:
        return tuple(labels)
    chosen = []
    for wanted in source.classes:
        in_range = isinstance(wanted, int) and wanted < len(names)
        name = names[wanted] if isinstance(wanted, int) and in_range else str(wanted)
        if name in labels:
            chosen.append(name)
        else:
            problems.add("unknown class", f"{wanted!r}; there are {', '.join(labels)}, or their numbers")
    return tuple(chosen)

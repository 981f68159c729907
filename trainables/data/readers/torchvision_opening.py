"""Finding, downloading and opening the official splits of a set of torchvision.datasets."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from trainables.data.sources.errors import DataError
from trainables.data.sources.pool import TEST, TRAIN, VAL
from trainables.data.sources.source import DataSource

_SPLIT_WORDS = {TRAIN: ("train", "trainval", "train-standard"), VAL: ("val", "valid"), TEST: ("test",)}
"""What torchvision's sets call the splits in their argument `split`; the first that a set knows is taken."""


_OTHER_KINDS = {
    **dict.fromkeys(
        ("voc", "sbd", "cityscapes", "coco", "kitti", "widerface"), "its images have boxes, masks or texts"
    ),
    **dict.fromkeys(("kinetics", "hmdb51", "ucf101", "moving_mnist"), "it has videos"),
    **dict.fromkeys(("_optical_flow", "_stereo_matching", "phototour"), "it has pairs of images"),
    **dict.fromkeys(("flickr", "sbu"), "its images have texts"),
    "LFWPairs": "it has pairs of images",
    "CelebA": "each of its images has forty attributes",
    "VisionDataset": "it is what sets are made from",
}
"""What a set is for, by its name or its module's in torchvision.datasets, where that is not classification."""


def official_splits(source: DataSource, root: Path) -> dict[str | None, Any]:
    """Return the sets of each official split; under None for a set that has no splits.

    Sets that can be told how to load a file give its path in place of an image, so nothing is decoded twice.

    Raises:
        DataError: If there is no such set, or it can be neither found nor downloaded.
    """
    assert source.torchvision is not None
    name, _, argument = source.torchvision.partition(":")
    return dict(_splits(_constructor(name, argument, source), root, source))


class _Constructor(NamedTuple):
    """A class of torchvision.datasets, its arguments (also those of its bases), and what is fixed."""

    make: Callable[..., Any]
    parameters: Mapping[str, inspect.Parameter]
    fixed: Mapping[str, str]


def _constructor(name: str, argument: str, source: DataSource) -> _Constructor:
    from torchvision import datasets

    known = [each for each in datasets.__all__ if inspect.isclass(getattr(datasets, each))]
    if name not in known:
        close = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"; close to it: {', '.join(close)}" if close else ""
        raise DataError(
            {"torchvision": [f"there is no set {name!r} in torchvision.datasets{hint}"]}, source.name
        )
    made = getattr(datasets, name)
    if what := _other_kind(made):
        raise DataError({"torchvision": [f"{name} is no classification set: {what}"]}, source.name)
    parameters = _parameters(made)
    needed = [key for key, each in parameters.items() if each.default is each.empty and key != "root"]
    if len(needed) != (1 if argument else 0):
        takes = f"needs {' and '.join(needed)}" if needed else "takes no argument after a colon"
        subsets = getattr(made, "splits", ())
        such = (
            f", such as {', '.join(f'{name}:{subset}' for subset in subsets)}" if needed and subsets else ""
        )
        raise DataError({"torchvision": [f"{name} {takes}{such}"]}, source.name)
    return _Constructor(make=made, parameters=parameters, fixed=dict.fromkeys(needed, argument))


def _other_kind(made: type) -> str:
    """Return what a set is for, if that is not classification: known before gigabytes of it are downloaded."""
    module = made.__module__.rpartition(".")[2]
    return _OTHER_KINDS.get(made.__name__) or _OTHER_KINDS.get(module) or ""


def _parameters(made: type) -> dict[str, inspect.Parameter]:
    """Return the arguments of a set; where it passes `**kwargs` on, also those of its base."""
    parameters: dict[str, inspect.Parameter] = {}
    for base in made.__mro__:
        own = list(inspect.signature(base).parameters.values())
        for each in own:
            if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
                parameters.setdefault(each.name, each)
        if all(each.kind is not each.VAR_KEYWORD for each in own):
            break
    return parameters


def _splits(made: _Constructor, root: Path, source: DataSource) -> Iterator[tuple[str | None, Any]]:
    """Yield each official split and its set; None for a set that has no splits."""
    if "train" in made.parameters:
        for split, is_train in ((TRAIN, True), (TEST, False)):
            yield split, _opened(made, root, source, {"train": is_train})
    elif "split" in made.parameters and "split" not in made.fixed:
        for split, words in _SPLIT_WORDS.items():
            for word in words:
                dataset = _opened(made, root, source, {"split": word})
                if dataset is not None:
                    yield split, dataset
                    break
    else:
        yield None, _opened(made, root, source, {})


def _opened(made: _Constructor, root: Path, source: DataSource, chosen: Mapping[str, object]) -> Any:
    """Return the set, from disk or downloaded; None if it has no split of the chosen name."""
    arguments: dict[str, object] = {**made.fixed, **chosen}
    if "root" in made.parameters:
        arguments["root"] = str(root)
    if "loader" in made.parameters:
        arguments["loader"] = str
    attempts = ({"download": False}, {"download": True}) if "download" in made.parameters else ({},)
    for attempt in attempts:
        try:
            return made.make(**arguments, **attempt)
        except ValueError as error:
            if "Unknown value" in str(error) and "argument split" in str(error):
                return None
            raise DataError({"torchvision": [f"{source.name}: {error}"]}, source.name) from error
        except ImportError as error:
            raise DataError(
                {"torchvision": [f"{source.name} needs a package: {error}"]}, source.name
            ) from error
        # Sets raise whatever their parsers do where files are not what they expect.
        except Exception as error:
            failure = error
    raise DataError({"torchvision": [_not_there(made, root, source, failure)]}, source.name) from failure


def _not_there(made: _Constructor, root: Path, source: DataSource, error: Exception) -> str:
    downloads = "download" in made.parameters
    found = re.search(
        r"root \(.*?\): (.+?)(?=\n\s+\w+ \(|\n\s*\n|\Z)", inspect.getdoc(made.make) or "", re.DOTALL
    )
    wanted = f"; torchvision says of it: {' '.join(found[1].split())}" if found else ""
    name = getattr(made.make, "__name__", source.name)
    elsewhere = (
        f"run torchvision.datasets.{name}(root, ..., download=True) where there is a network, "
        f"and put that root at {root}"
        if downloads
        else f"torchvision cannot download it: put its files at {root}"
    )
    missing = "neither complete on disk nor downloadable" if downloads else "not complete on disk"
    return f"{source.name} is {missing} ({error}); {elsewhere}{wanted}"

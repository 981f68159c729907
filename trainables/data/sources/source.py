"""Settings of a data set, as a user writes them: where its images come from, and how they are cut into splits."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, get_args

from trainables.data.sources.registry import READERS, kinds_with
from trainables.errors import Problem, SettingError, shown
from trainables.limits import MAX_SEED, Bounds, ImageSize
from trainables.settings import bounds_of

FitToSquare = Literal["crop", "pad", "squash"]
FITS: tuple[FitToSquare, ...] = get_args(FitToSquare)
DEFAULT_FIT: FitToSquare = "crop"
"""The best of the three where things fill the image; at its edge the others keep more: docs/evidence.md."""

Background = Literal["white", "black"] | tuple[int, int, int]
Pages = Literal["refuse", "first"]
Recut = Literal["val", "all"]

CSV_GROUP = re.compile(r"(?P<file>.+\.csv):(?P<column>.+)", re.IGNORECASE)
"""The form of a `group` that names a CSV file and a column in it."""
_WIDEST = 1e30
"""Ends of a window lie within; beyond, arithmetic ends."""


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """A data set and its splits. Exactly one kind of source is given: `folder`, `csv`, `torchvision`, ... or another.

    Attributes:
        folder: Folder with `train/val/test`, `train/val`, `train/test`, or just one subfolder a class.
        csv: A list of images with their labels: a file of text with a delimiter, or of Parquet; see
            `data.readers.lists`. Its columns are named by `path`, `label`, `split` and `group`.
        path: Column with the images' paths, relative to `root`. None, here and below: found by its name.
        label: Column with the classes; or, where an image may have several labels, a column of 0 and 1 for each.
        separator: What stands between the labels of an image in one column; None: an image has one label.
        split: Column with the words for the splits; None also where there is no such column.
        hf: Data set of Hugging Face `datasets`: its name on the hub, or a folder or file that the package reads.
        config: Configuration of that set, where it has several.
        image: Its column of images; None: found by its type.
        torchvision: Class name in torchvision.datasets. A set that needs an argument takes it after a colon:
            "EMNIST:letters".
        digits: Whether to take scikit-learn's 1,797 handwritten digits.
        registered: Name of another reader of `trainables.data.sources.registry`, and what it is given: a
            text, a number, or true. A study file has the name as a key.
        root: Where the torchvision set lies or is downloaded to; None: `torchvision` in the cache folder. Of a list:
            where its paths begin; None: the folder that the list lies in.
        classes: Classes to keep, in this order; None: all, sorted. An integer is a folder's name, a digit, or
            the index of a torchvision set's class.
        train_per_class: Training images kept of each class, drawn after the splits are cut; with `group` group after
            group, as images are collected, the last one in part. Larger samples hold the smaller ones.
        image_size: Side of the stored squares, in pixels; None: the images' own, if they are equal squares.
        fit: How images that are no squares become squares, see `data.decoding.fitting`: "crop", "pad" or "squash".
        channels: "auto" stores grey images if every training image is grey.
        group: Keeps images that belong together (patient, lesion) in one split. A regular expression searched
            in the path relative to the folder, whose first capture group names the group; or
            "groups.csv:column", a CSV with that column and a column `file` of such paths, itself relative to
            the folder. Of a list it may be one of its columns.
        recut: Given splits that are cut anew: "val" cuts a validation split out of what is given as train and val,
            "all" forgets which images were given for what; None keeps them as they are.
        window: The values that become black and white (0 and 255) in images of more than 8 bits, and of
            floating point; None: the range that the training images use. One for the whole set, never for an image.
        background: Colour that shows where an image is transparent, and beside an image that is padded: "white",
            "black", or red, green and blue.
        pages: Whether files with several pages or frames are refused, or the first one is taken.
        val_fraction: Share of the images that a validation split gets where one has to be cut.
        test_fraction: Share of the images that a test split gets where one has to be cut.
        split_seed: Seed of all draws.
        duplicates: Whether equal images are refused, or only reported in the notes, where they lie in
            different given splits, or in this set's val or test and in the source of its start weights.
    """

    folder: str | None = None
    csv: str | None = None
    path: str | None = None
    label: str | tuple[str, ...] | None = None
    separator: str | None = None
    split: str | None = None
    hf: str | None = None
    config: str | None = None
    image: str | None = None
    torchvision: str | None = None
    digits: bool = False
    registered: tuple[str, str | float] | None = None
    root: str | None = None
    classes: tuple[str | int, ...] | None = None
    train_per_class: Annotated[int, Bounds(least=1, limit=100_000_000)] | None = None
    image_size: ImageSize | None = None
    fit: FitToSquare = DEFAULT_FIT
    channels: Literal["auto", "rgb", "grey"] = "auto"
    group: str | None = None
    recut: Recut | None = None
    window: tuple[float, float] | None = None
    background: Background = "white"
    pages: Pages = "refuse"
    val_fraction: float = 0.2
    test_fraction: float = 0.2
    split_seed: Annotated[int, Bounds(least=0, limit=MAX_SEED)] = 0
    duplicates: Literal["refuse", "report"] = "refuse"

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if problems := [*_wrong_values(values), *_wrong_together(values)]:
            raise SettingError(problems, "data")

    @property
    def name(self) -> str:
        """What messages call this data set."""
        given = "" if self.registered is None else f"{self.kind} {self.registered[1]}"
        return self.folder or self.csv or self.hf or self.torchvision or given or self.kind

    @property
    def kind(self) -> str:
        """The kind of source that is given: its name in the registry of readers."""
        return _kinds_given(vars(self))[0]

    def as_mapping(self) -> dict[str, object]:
        """Return the keys and values that `parse_source` makes this source of."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        given = values.pop("registered", None)
        values = ({} if given is None else {given[0]: given[1]}) | values
        return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def parse_source(mapping: Mapping[str, object], where: str) -> DataSource:
    """Return the source that a study file describes.

    Args:
        mapping: The keys and values as read from the file.
        where: Path of the mapping in the file, such as "data.target".

    Raises:
        SettingError: For unknown keys and for values of a wrong type or out of range, all at once.
    """
    known = {field.name: field.default for field in fields(DataSource)}
    own, other_kinds = tuple(key for key in known if key != "registered"), _other_kinds()
    wrong = [_unknown_key(key, own + other_kinds) for key in mapping if key not in own + other_kinds]
    values = known | {key: _as_field(value) for key, value in mapping.items() if key in own}
    others = [(key, value) for key, value in mapping.items() if key in other_kinds]
    if len(others) > 1:
        wrong.append(_not_one_kind([key for key, _ in others]))
    if others:
        values["registered"] = others[0]
    bad_values = list(_wrong_values(values))
    wrong += bad_values or _wrong_together(values)
    if wrong:
        raise SettingError(wrong, where)
    # Every value was checked as its field says above; the checker cannot see that.
    checked: dict[str, Any] = values
    return DataSource(**checked)


def _other_kinds() -> tuple[str, ...]:
    """Return the names of the readers that no field of `DataSource` stands for."""
    own = {field.name for field in fields(DataSource)}
    return tuple(name for name in READERS if name not in own)


def _kinds_given(values: Mapping[str, Any]) -> list[str]:
    registered = [values["registered"][0]] if values["registered"] else []
    return [name for name in READERS if values.get(name)] + registered


def _as_field(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _unknown_key(key: object, known: tuple[str, ...]) -> Problem:
    close = get_close_matches(str(key), known, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    allowed = ", ".join(known)
    return Problem(field=str(key), allowed=allowed, says=f"unknown key{hint}; allowed: {allowed}")


def _not_allowed(key: str, value: object, allowed: str) -> Problem:
    says = f"{shown(value)} is not allowed; {allowed}"
    return Problem(field=key, value=value, allowed=allowed, says=says)


def _is_int(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_fraction(value: object) -> bool:
    return isinstance(value, float) and 0 < value < 1


def _is_label(value: object) -> bool:
    if not isinstance(value, tuple):
        return _is_text(value)
    return len(value) >= 2 and all(map(_is_text, value)) and len(set(value)) == len(value)


def is_pattern_or_file(value: str) -> bool:
    """Say whether a `group` is one for any kind of source: a pattern that captures a group, or a file and a column."""
    if CSV_GROUP.fullmatch(value):
        return True
    try:
        return re.compile(value).groups >= 1
    except re.error:
        return False


def _is_classes(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) < 2 or len({str(name) for name in value}) < len(value):
        return False
    return all(_is_text(name) or _is_int(name, 0) for name in value)


def _is_window(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    if any(isinstance(end, bool) or not isinstance(end, int | float) for end in value):
        return False
    low, high = value
    return bool(-_WIDEST <= low < high <= _WIDEST)


def _is_background(value: object) -> bool:
    if isinstance(value, str):
        return value in ("white", "black")
    if not isinstance(value, tuple) or len(value) != 3:
        return False
    return all(_is_int(level, 0) and level <= 255 for level in value)


def _names_other_kind(value: object) -> TypeGuard[tuple[str, object]]:
    return isinstance(value, tuple) and len(value) == 2 and value[0] in _other_kinds()


def _is_registered(value: object) -> bool:
    if not _names_other_kind(value):
        return False
    given = value[1]
    return _is_text(given) or given is True or _is_number(given)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class _Check(NamedTuple):
    holds: Callable[[object], bool]
    allowed: str


_GROUP_ALLOWED = 'a regular expression with a capture group, or "groups.csv:column"'
_CHECKS: Mapping[str, _Check] = {
    "folder": _Check(_is_text, "a path"),
    "csv": _Check(_is_text, "a path"),
    "path": _Check(_is_text, "the name of a column"),
    "label": _Check(_is_label, "the name of a column, or a list of two or more different ones of 0 and 1"),
    "separator": _Check(lambda value: isinstance(value, str) and value != "", "a text, such as ';'"),
    "split": _Check(_is_text, "the name of a column"),
    "hf": _Check(_is_text, "the name of a data set, or a path"),
    "config": _Check(_is_text, "the name of a configuration"),
    "image": _Check(_is_text, "the name of a column"),
    "torchvision": _Check(_is_text, "the name of a class in torchvision.datasets"),
    "digits": _Check(lambda value: isinstance(value, bool), "true or false"),
    "registered": _Check(_is_registered, "a reader of the registry, and a text, a number or true for it"),
    "root": _Check(_is_text, "a path"),
    "classes": _Check(
        _is_classes, "a list of two or more different class names (quote yes, no, on, off) or numbers"
    ),
    "train_per_class": _Check(lambda value: _is_int(value, 1), "an integer from 1"),
    "image_size": _Check(lambda value: _is_int(value, 1), "an integer from 1, in pixels"),
    "fit": _Check(lambda value: value in FITS, "crop, pad or squash"),
    "channels": _Check(lambda value: value in ("auto", "rgb", "grey"), "auto, rgb or grey"),
    "group": _Check(_is_text, _GROUP_ALLOWED),
    "recut": _Check(lambda value: value in ("val", "all"), "val or all"),
    "window": _Check(_is_window, "two numbers, the lower first: [0, 4095]"),
    "background": _Check(
        _is_background, "white, black, or red, green and blue from 0 to 255: [128, 128, 128]"
    ),
    "pages": _Check(lambda value: value in ("refuse", "first"), "refuse or first"),
    "val_fraction": _Check(_is_fraction, "a number between 0 and 1"),
    "test_fraction": _Check(_is_fraction, "a number between 0 and 1"),
    "split_seed": _Check(lambda value: _is_int(value, 0), "an integer from 0"),
    "duplicates": _Check(lambda value: value in ("refuse", "report"), "refuse or report"),
}
_OPTIONAL = frozenset(field.name for field in fields(DataSource) if field.default is None)


def _wrong_values(values: Mapping[str, object]) -> Iterator[Problem]:
    for key, check in _CHECKS.items():
        value = values[key]
        if value is None and key in _OPTIONAL:
            continue
        beyond = bounds_of(DataSource)[key].allowed_instead(value)
        if key == "registered" and _names_other_kind(value) and not check.holds(value):
            yield _not_allowed(value[0], value[1], "a text, a number or true")
        elif not check.holds(value):
            yield _not_allowed(key, value, check.allowed)
        elif beyond:
            yield _not_allowed(key, value, beyond)


def _not_one_kind(given: list[str]) -> Problem:
    says = f"has {' and '.join(given) or 'none'} of {', '.join(READERS)}; allowed: exactly one"
    return Problem(field="", says=says, allowed="exactly one")


def _wrong_together(values: Mapping[str, Any]) -> Iterator[Problem]:
    given = _kinds_given(values)
    if len(given) != 1:
        yield _not_one_kind(given)
    for key in values:
        kinds = kinds_with(key)
        if kinds and values[key] is not None and not set(kinds).intersection(given):
            yield _not_allowed(key, values[key], f"only together with {' or '.join(kinds)}")
    if given == ["folder"] and values["group"] is not None and not is_pattern_or_file(values["group"]):
        yield _not_allowed("group", values["group"], _GROUP_ALLOWED)
    if given == ["hf"] and isinstance(values["label"], tuple):
        yield _not_allowed("label", values["label"], "the name of a column")
    if values["separator"] is not None and isinstance(values["label"], tuple):
        yield _not_allowed("separator", values["separator"], "only where label is one column")
    if _is_fraction(values["val_fraction"]) and _is_fraction(values["test_fraction"]):
        total = values["val_fraction"] + values["test_fraction"]
        if total >= 1:
            says = (
                f"{values['val_fraction']:g} and test_fraction are {total:g} together; less than 1 is allowed"
            )
            yield Problem(field="val_fraction", says=says, value=total, allowed="less than 1 together")

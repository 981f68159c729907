"""The metadata of a study, `run.json`: how it ran, written by its driver and read by everybody else.

Standard library only. Keys of the file are named here, and nowhere else.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Extension:
    """Either more trials, after which the winners are chosen and confirmed anew, or more seeds of the confirmation.

    Attributes:
        trials: More search trials of each arm.
        seeds: More confirmation seeds for the same winners.
        when: When it was asked for, ISO 8601.
    """

    trials: int = 0
    seeds: int = 0
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at the confirmation of a study whose seeds are added until it is decided.

    Attributes:
        num_seeds: Seeds that every arm of the last look's `going_on` has at it.
        going_on: Arms that get more seeds after it; none where it was the last.
        verdicts: The verdict on each arm against the reference, as it was found at this look.
    """

    num_seeds: int
    going_on: tuple[str, ...] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Winner:
    """A configuration that is confirmed.

    Attributes:
        run: The search trial that found it.
        overall: Whether it is its search's overall winner, and not only the best within its architecture.
        config: It, flat.
        repeat: Which of the arm's independent searches found it; None where the arm has one.
    """

    run: str
    overall: bool = True
    config: Mapping[str, Any] = field(default_factory=dict)
    repeat: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmedSplit:
    """A split that the confirmation is trained and tested on.

    Attributes:
        data: Names its prepared images by their content; runs have it in their configuration.
        test_hash: Names its test images by their content.
        num_train: Its training images.
        num_test: Its test images.
    """

    data: str
    test_hash: str
    num_train: int
    num_test: int


@dataclass(frozen=True, kw_only=True)
class RunMetadata:
    """How a study ran. What is not known, or not yet, is None or empty.

    Attributes:
        study_id: Names the study in a tracking store; a copy of its results that goes on has another one.
        started: When the study began, ISO 8601.
        continued: When later drivers went on with it.
        classes: Names of the classes, by index.
        counts: Images of each class, or with each label, by split.
        set_sizes: Images by split where they have several labels each, so that `counts` do not add up to them; empty
            where every image has one class.
        data_notes: What the preparation of the data had to say.
        data_key: Names the prepared images by their content.
        normalisation: What images were normalised by, in sentences; empty where the study is of a version that took
            the training images' own.
        normalised_by: Mean, deviation and origin of that, by network.
        start_weights: SHA-256 of the file of start weights, where there was one.
        versions: Of the libraries.
        commit: Of lrstudy.
        machine: Where it ran.
        profiled: Whether a search trial of each arm was traced.
        num_concurrent_trials: Trials that ran at once.
        winners: The configurations that were confirmed, by arm; empty before the confirmation.
        target_grid: Accuracies fixed before the confirmation, ascending.
        planned_looks: Seeds at each look at the confirmation, fixed before the first one; empty where there is one.
        looks: The looks that were made at it, in order.
        test_hash: Names the test split by its content.
        test_split_uses_before: How often this test split had been measured before this study's confirmation; of several
            splits the one that was measured most often.
        splits: The splits of the confirmation, that of the search first; empty where it has that one alone.
        pretrain_seconds: What the study's own source networks cost.
        ended: When it ended; None for a study that is running or was interrupted.
        wall_seconds: Wall time of the whole study.
        stage_seconds: Wall time of each stage.
        stopped_early: Why the study ended before its time.
        duplicates_skipped: Configurations whose plan came out identical to one that had run, by arm.
        extensions: What was added after the study had ended, in order.
        before: The metadata at the end before each extension.
        others: What the file holds beside these, of a later version; it is kept when the file is written again.
    """

    study_id: str = ""
    started: str | None = None
    continued: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    set_sizes: Mapping[str, int] = field(default_factory=dict)
    data_notes: tuple[str, ...] = ()
    data_key: str = ""
    normalisation: tuple[str, ...] = ()
    normalised_by: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    start_weights: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    machine: Mapping[str, Any] = field(default_factory=dict)
    profiled: bool = False
    num_concurrent_trials: int | None = None
    winners: Mapping[str, tuple[Winner, ...]] = field(default_factory=dict)
    target_grid: tuple[float, ...] = ()
    planned_looks: tuple[int, ...] = ()
    looks: tuple[Look, ...] = ()
    test_hash: str | None = None
    test_split_uses_before: int | None = None
    splits: tuple[ConfirmedSplit, ...] = ()
    pretrain_seconds: float | None = None
    ended: str | None = None
    wall_seconds: float | None = None
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    stopped_early: str | None = None
    duplicates_skipped: Mapping[str, int] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    before: tuple["RunMetadata", ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_multi_label(self) -> bool:
        """Whether images have several labels each."""
        return bool(self.set_sizes)

    def num_images(self, split: str) -> int:
        """Return the images of a split; 0 where they are not known."""
        return self.set_sizes.get(split, sum(self.counts.get(split, ())))

    @classmethod
    def read(cls, path: Path) -> "RunMetadata":
        """Return what a file holds, nothing where there is no file.

        Raises:
            ValueError: With the path, if it is no JSON, or a value that is there has the wrong type.
        """
        if not path.is_file():
            return cls()
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path} is not JSON: {error}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{path} is not UTF-8: {error}") from error
        if not isinstance(values, dict):
            raise ValueError(f"{path} holds a {type(values).__name__}; it must be a mapping")
        return cls.parse(values, where=str(path))

    @classmethod
    def parse(cls, values: Mapping[str, Any], *, where: str = "run.json") -> "RunMetadata":
        """Return the metadata that plain values of the file are; any key may be missing.

        Args:
            values: As `plain` returns them.
            where: The file, for an error.

        Raises:
            ValueError: If a value that is there has the wrong type.
        """
        left = _Left(values, where)
        normalisation = _Left(left.mapping("normalisation"), where)
        split = _Left(left.mapping("test_split"), where)
        return cls(
            study_id=left.take("study_id") or "",
            started=left.take("started"),
            continued=tuple(left.list("continued")),
            classes=tuple(str(name) for name in left.list("classes")),
            counts=left.lists("counts"),
            set_sizes=left.mapping("set_sizes"),
            data_notes=tuple(left.list("data_notes")),
            data_key=left.take("data_key") or "",
            normalisation=tuple(normalisation.list("sentences")),
            normalised_by=normalisation.mapping("networks"),
            start_weights=left.take("start_weights"),
            versions=left.mapping("versions"),
            commit=left.take("commit"),
            machine=left.mapping("machine"),
            profiled=bool(left.take("profiled")),
            num_concurrent_trials=left.take("num_slots"),
            winners={
                arm: tuple(_made(Winner, each, where) for each in found)
                for arm, found in left.lists("winners").items()
            },
            target_grid=left.ascending("target_grid"),
            planned_looks=tuple(int(each) for each in left.ascending("planned_looks")),
            looks=tuple(_look(each, where) for each in left.list("looks")),
            test_hash=split.take("hash"),
            test_split_uses_before=split.take("times_measured_before"),
            splits=tuple(_made(ConfirmedSplit, each, where) for each in left.list("splits")),
            pretrain_seconds=left.take("pretrain_seconds"),
            ended=left.take("ended"),
            wall_seconds=left.take("wall_seconds"),
            stage_seconds=left.mapping("stages"),
            stopped_early=left.take("stopped_early"),
            duplicates_skipped=left.mapping("duplicates_skipped"),
            extensions=tuple(_made(Extension, each, where) for each in left.list("extensions")),
            before=tuple(cls.parse(each, where=where) for each in left.mappings("before")),
            others=left.values,
        )

    def plain(self) -> dict[str, Any]:
        """Return what the file holds, in plain values; what is None or empty is left out."""
        values = {
            "study_id": self.study_id,
            "started": self.started,
            "classes": list(self.classes),
            "counts": {name: list(counts) for name, counts in self.counts.items()},
            "set_sizes": dict(self.set_sizes),
            "data_notes": list(self.data_notes),
            "data_key": self.data_key,
            "normalisation": _without_empty(
                {"networks": dict(self.normalised_by), "sentences": list(self.normalisation)}
            ),
            "versions": dict(self.versions),
            "commit": self.commit,
            "machine": dict(self.machine),
            "start_weights": self.start_weights,
            "profiled": self.profiled or None,
            "continued": list(self.continued),
            "num_slots": self.num_concurrent_trials,
            "winners": {arm: [_plain_winner(each) for each in found] for arm, found in self.winners.items()},
            "target_grid": list(self.target_grid),
            "planned_looks": list(self.planned_looks),
            "looks": [asdict(each) for each in self.looks],
            "test_split": _without_empty(
                {"hash": self.test_hash, "times_measured_before": self.test_split_uses_before}
            ),
            "splits": [asdict(each) for each in self.splits],
            "pretrain_seconds": self.pretrain_seconds,
            "ended": self.ended,
            "wall_seconds": self.wall_seconds,
            "stages": dict(self.stage_seconds),
            "stopped_early": self.stopped_early,
            "duplicates_skipped": dict(self.duplicates_skipped),
            "extensions": [asdict(each) for each in self.extensions],
            "before": [each.plain() for each in self.before],
        }
        return {**_without_empty(values), **self.others}

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        unfinished.write_text(json.dumps(self.plain(), indent=2), encoding="utf-8")
        unfinished.replace(path)


_KINDS: Mapping[type, str] = {dict: "mapping", list: "list"}


class _Left:
    """The values of a file that nobody has taken yet."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.values = dict(values)
        self._where = where

    def take(self, key: str) -> Any:
        return self.values.pop(key, None)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.values.pop(key, None)
        return {} if value is None else self._of_kind(dict, key, value)

    def list(self, key: str) -> list[Any]:
        value = self.values.pop(key, None)
        return [] if value is None else self._of_kind(list, key, value)

    def lists(self, key: str) -> dict[str, tuple[Any, ...]]:
        return {name: tuple(self._of_kind(list, name, each)) for name, each in self.mapping(key).items()}

    def mappings(self, key: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(self._of_kind(dict, key, each) for each in self.list(key))

    def ascending(self, key: str) -> tuple[float, ...]:
        values = self.list(key)
        if not all(isinstance(value, int | float) for value in values):
            raise ValueError(f"{self._where}: {key}={values!r} must be numbers")
        return tuple(sorted(values))

    def _of_kind(self, kind: type[T], key: str, value: Any) -> T:
        if not isinstance(value, kind):
            raise ValueError(f"{self._where}: {key}={value!r} must be a {_KINDS[kind]}")
        return value


def _made(kind: type[T], values: Mapping[str, Any], where: str) -> T:
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{where}: {values!r:.120} is no {kind.__name__}: {error}") from error


def _look(values: Mapping[str, Any], where: str) -> Look:
    look = _made(Look, values, where)
    return replace(look, going_on=tuple(look.going_on))


def _plain_winner(winner: Winner) -> dict[str, Any]:
    repeat = {} if winner.repeat is None else {"repeat": winner.repeat}
    return {"run": winner.run, **repeat, "overall": winner.overall, "config": dict(winner.config)}


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [], "")}

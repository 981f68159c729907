"""What `run.json` says about how a study ran, parsed once; what it does not say is None or empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How a study ran.

    Attributes:
        started: When the study began, ISO 8601.
        ended: When it ended; None for an interrupted study.
        wall_seconds: Wall time of the whole study.
        num_slots: Trials that ran at once.
        stage_seconds: Wall time of each stage.
        pretrain_seconds: What the study's own source networks cost.
        classes: Names of the classes, by index.
        counts: Images of each class, by split.
        normalisation: What images were normalised by, in sentences; empty where the study is of a version that took
            the training images' own.
        data_notes: What the preparation of the data had to say.
        target_grid: Accuracies fixed before the confirmation.
        test_hash: Names the test split by its content.
        times_measured_before: How often this test split had been measured before this study's confirmation.
        versions: Of the libraries.
        commit: Of lrstudy.
        machine: Where it ran.
        duplicates_skipped: Configurations whose plan came out identical to one that had run, by arm.
        stopped_early: Why the study ended before its time.
        extensions: What was added after the study had ended, in order: `trials`, `seeds` and `when`.
        winners: The configurations that were confirmed, by arm: each with its search trial `run`, its `config`, and
            `repeat` where the arm was searched several times.
    """

    started: str | None
    ended: str | None
    wall_seconds: float | None
    num_slots: int | None
    stage_seconds: Mapping[str, float]
    pretrain_seconds: float | None
    classes: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    normalisation: tuple[str, ...]
    data_notes: tuple[str, ...]
    target_grid: tuple[float, ...]
    test_hash: str | None
    times_measured_before: int | None
    versions: Mapping[str, str]
    commit: str | None
    machine: Mapping[str, Any]
    duplicates_skipped: Mapping[str, int]
    stopped_early: str | None
    extensions: tuple[Mapping[str, Any], ...] = ()
    winners: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def read_facts(facts: Mapping[str, Any]) -> Facts:
    """Parse `run.json`; any key may be missing, as in an interrupted study.

    Raises:
        ValueError: If a value that is there has the wrong type.
    """
    split = _mapping(facts, "test_split")
    return Facts(
        started=facts.get("started"),
        ended=facts.get("ended"),
        wall_seconds=facts.get("wall_seconds"),
        num_slots=facts.get("num_slots"),
        stage_seconds=_mapping(facts, "stages"),
        pretrain_seconds=facts.get("pretrain_seconds"),
        classes=tuple(str(name) for name in _list(facts, "classes")),
        counts={name: tuple(counts) for name, counts in _mapping(facts, "counts").items()},
        normalisation=tuple(_list(_mapping(facts, "normalisation"), "sentences")),
        data_notes=tuple(_list(facts, "data_notes")),
        target_grid=tuple(sorted(_list(facts, "target_grid"))),
        test_hash=split.get("hash"),
        times_measured_before=split.get("times_measured_before"),
        versions=_mapping(facts, "versions"),
        commit=facts.get("commit"),
        machine=_mapping(facts, "machine"),
        duplicates_skipped=_mapping(facts, "duplicates_skipped"),
        stopped_early=facts.get("stopped_early"),
        extensions=tuple(_list(facts, "extensions")),
        winners=_mapping(facts, "winners"),
    )


def _mapping(facts: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = facts.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"run.json: {key}={value!r} must be a mapping")
    return value


def _list(facts: Mapping[str, Any], key: str) -> list[Any]:
    value = facts.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"run.json: {key}={value!r} must be a list")
    return value

"""What was added to a study after it had ended, as `run.json` keeps it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

ANEW = ("winners", "target_grid", "test_split", "ended", "stopped_early")
"""Facts of an end, and those that are fixed before a confirmation."""


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


def extensions_of(facts: Mapping[str, Any]) -> tuple[Extension, ...]:
    """Return a study's extensions, in order."""
    return tuple(Extension(**values) for values in facts.get("extensions", []))


def extended(facts: Mapping[str, Any], extension: Extension) -> dict[str, Any]:
    """Return the facts of a study that has ended for the driver that extends it; they keep those of before, whole.

    Args:
        facts: As they were when it had ended.
        extension: What is added.
    """
    before = {key: value for key, value in facts.items() if key not in ("before", "extensions")}
    return {
        **{key: value for key, value in before.items() if key not in ANEW},
        "before": [*facts.get("before", []), before],
        "extensions": [*facts.get("extensions", []), asdict(extension)],
    }


def asked_now(*, trials: int, seeds: int) -> Extension:
    """Return an extension that is asked for now."""
    return Extension(trials=trials, seeds=seeds, when=datetime.now(UTC).isoformat())

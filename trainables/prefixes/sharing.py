"""Runs that begin alike: one of them trains the epochs that they share, the others go on from its state."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from trainables.checkpoint import load_state, save_state
from trainables.loop.fit import Fit
from trainables.prefixes.common_epochs import Prefix, prefixes
from trainables.record import EpochRecord
from trainables.sharing.cached import get_or_build, load_cached
from trainables.sharing.leases import mark_used

logger = logging.getLogger(__name__)

FOLDER = "prefixes"
ASKED, DIVERGED = "asked", "diverged"
STATE_FILE, RECORDS_FILE = "state.pt", "records.json"


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """The first epochs of a run.

    Attributes:
        records: Of all of them.
        state: At their end.
    """

    records: tuple[EpochRecord, ...]
    state: dict[str, Any]


class _DivergedError(Exception):
    """A run has diverged within epochs that would have been shared: there is nothing to go on from."""


def prefix_folder(cache: Path, group: str) -> Path:
    """Return the folder of what a group of runs shares; it may be deleted once they have ended."""
    return cache / FOLDER / group


def shared_epochs(fit: Fit, folder: Path) -> Iterator[tuple[Fit | None, EpochRecord]]:
    """Take a run's first epochs from runs that began alike, and yield them as `trainables.run.epochs` does.

    The first run to come to a prefix only leaves word that it did, since most beginnings are nobody else's; the second
    one builds it under a lock and keeps its state; whoever comes meanwhile waits, and all that come later go on from
    there. What is left of the run is trained afterwards, as if it had trained the epochs itself: the records are the
    same, with what they cost under `shared_seconds`. The records of a prefix come once it is whole.

    Args:
        fit: A run that has trained nothing yet. It has trained the epochs that were yielded, afterwards.
        folder: See `prefix_folder`.
    """
    possible = prefixes(fit.config, fit.phases, fit.task)
    records: list[EpochRecord] = []
    for prefix in reversed(possible):
        began = time.perf_counter()
        there = load_cached(folder / prefix.key, _load)
        if there is not None:
            mark_used(folder)
            yield from _go_on_from(fit, there[0], records, seconds=time.perf_counter() - began)
            break
    asked_before = [_was_asked_for(folder, prefix, fit) for prefix in possible]
    for prefix, before in zip(possible, asked_before, strict=True):
        if before and prefix.num_epochs > fit.epoch and not fit.ended:
            yield from _through_prefix(fit, prefix, folder, records)


def _was_asked_for(folder: Path, prefix: Prefix, fit: Fit) -> bool:
    """Return whether another run has come to a prefix before, and leave word that this one has."""
    asked = folder / ASKED / prefix.key
    own = hashlib.sha256(fit.identity.encode()).hexdigest()
    if asked.exists():
        return asked.read_text() != own  # the same run begins again where it was interrupted
    _leave_word(asked, own)
    return False


def _leave_word(file: Path, text: str = "") -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    except OSError as error:
        logger.warning("%s: %s; nothing is shared", file.parent, error)


def _through_prefix(
    fit: Fit, prefix: Prefix, folder: Path, records: list[EpochRecord]
) -> Iterator[tuple[Fit | None, EpochRecord]]:
    """Train up to a prefix's end and keep it, or go on from what another run has kept meanwhile.

    Args:
        fit: The run.
        prefix: Longer than what the run has trained.
        folder: Of the group.
        records: Of the run so far; added to.
    """
    own: list[EpochRecord] = []
    diverged = folder / DIVERGED / prefix.key

    def build() -> _Shared:
        if diverged.exists():
            raise _DivergedError
        while fit.epoch < prefix.num_epochs:
            own.append(fit.run_epoch())
            if fit.ended:
                _leave_word(diverged)
                raise _DivergedError
        return _Shared(records=(*records, *own), state=fit.state_dict())

    asked = time.perf_counter()
    try:
        cached = get_or_build(folder / prefix.key, build=build, save=_save, load=_load)
    except _DivergedError:
        yield from ((fit, record) for record in own)
        return
    except Exception as error:
        is_half_trained = own and fit.epoch < prefix.num_epochs
        if not isinstance(error, OSError) or is_half_trained:
            yield from ((None, record) for record in own)
            raise
        logger.warning("%s is not shared: %s", prefix.key, error)
    else:
        if not own:
            yield from _go_on_from(fit, cached.value, records, seconds=time.perf_counter() - asked)
            return
        waited = own[0].waiting_seconds + cached.waiting_seconds
        own[0] = replace(own[0], waiting_seconds=waited)
    if own:
        records.extend(own)
        yield from ((None, record) for record in own[:-1])
        yield fit, own[-1]


def _go_on_from(
    fit: Fit, shared: _Shared, records: list[EpochRecord], *, seconds: float
) -> Iterator[tuple[Fit | None, EpochRecord]]:
    """Put the run to a shared state and yield the records of the epochs that it need not train.

    Args:
        fit: The run.
        shared: What it goes on from.
        records: Of the run so far; added to.
        seconds: Spent on waiting and reading.
    """
    cost = records[-1].cost_seconds if records else 0.0
    new: list[EpochRecord] = []
    for record in shared.records[fit.epoch :]:
        built = (
            record.range_test_seconds
            + record.features_seconds
            + record.training_seconds
            + record.shared_seconds
        )
        cost += built
        new.append(
            replace(
                record,
                range_test_seconds=0.0,
                features_seconds=0.0,
                training_seconds=0.0,
                validation_seconds=0.0,
                waiting_seconds=0.0 if new else seconds,
                shared_seconds=built,
                cost_seconds=cost,
            )
        )
    fit.load_state_dict({**shared.state, "identity": fit.identity, "cost_seconds": cost})
    records.extend(new)
    yield from ((None, record) for record in new[:-1])
    yield fit, new[-1]


def _save(folder: Path, shared: _Shared) -> None:
    save_state(folder / STATE_FILE, shared.state)
    (folder / RECORDS_FILE).write_text(json.dumps([asdict(record) for record in shared.records]))


def _load(folder: Path) -> _Shared:
    records = json.loads((folder / RECORDS_FILE).read_text())
    return _Shared(records=tuple(map(_record, records)), state=load_state(folder / STATE_FILE))


def _record(values: dict[str, Any]) -> EpochRecord:
    """Return a record as it was: JSON has lists for tuples."""
    return EpochRecord(**_tuples(values))


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tuples(each) for name, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value

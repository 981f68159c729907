"""A cache of what several runs need and one of them builds (activations, range tests): by content, under a lock."""

import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock

from trainables.sharing.leases import mark_used

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Cached(Generic[T]):
    """A shared thing, and what it cost.

    Attributes:
        value: The thing.
        own_seconds: Spent here on building it; 0 where another run had built it.
        waiting_seconds: Spent here on waiting while another run built it.
        shared_seconds: What another run spent on building it; 0 where it was built here.
    """

    value: T
    own_seconds: float = 0.0
    waiting_seconds: float = 0.0
    shared_seconds: float = 0.0


def get_or_build(
    folder: Path, *, build: Callable[[], T], save: Callable[[Path, T], None], load: Callable[[Path], T]
) -> Cached[T]:
    """Return what lies in `folder`, building it first where it is not there yet.

    A builder that is killed leaves no `folder`, because it is renamed when whole; and no lock, because the
    operating system drops it with the process. What can't be read back, because the disk was full or is failing, is
    built anew.

    Args:
        folder: Its name holds the content key.
        build: Makes the thing.
        save: Writes the thing into an existing folder.
        load: Reads it back.
    """
    there = load_cached(folder, load)
    if there is not None:
        return Cached(value=there[0], shared_seconds=there[1])
    folder.parent.mkdir(parents=True, exist_ok=True)
    asked = time.perf_counter()
    with FileLock(f"{folder}.lock"):
        waited = time.perf_counter() - asked
        there = load_cached(folder, load)
        if there is not None:
            return Cached(value=there[0], waiting_seconds=waited, shared_seconds=there[1])
        shutil.rmtree(folder, ignore_errors=True)
        begun = time.perf_counter()
        value = build()
        seconds = time.perf_counter() - begun
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}.part")
        unfinished.mkdir(exist_ok=True)
        save(unfinished, value)
        (unfinished / "price.json").write_text(json.dumps({"seconds": seconds}))
        unfinished.rename(folder)
    return Cached(value=value, own_seconds=seconds, waiting_seconds=waited)


def load_cached(folder: Path, load: Callable[[Path], T]) -> tuple[T, float] | None:
    """Return what lies in a folder and what it cost; None where nothing does, or nothing that can be read."""
    if not folder.is_dir():
        return None
    try:
        value = load(folder)
        seconds: float = json.loads((folder / "price.json").read_text())["seconds"]
    except (OSError, ValueError, EOFError, KeyError, TypeError) as error:
        logger.warning("%s is damaged and built anew: %s", folder, error)
        return None
    mark_used(folder)
    return value, seconds

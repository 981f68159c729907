"""Leases on the cache: what is deleted from it is never something that a running process needs."""

import contextlib
import json
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

logger = logging.getLogger(__name__)

CLOCKS_DIFFER_SECONDS = 60.0
"""By so much the clocks of machines and file servers that share a cache may differ."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A process that uses the cache now.

    Attributes:
        since: When it began, in seconds since 1970: what is used later may be its own.
        entries: Files and folders that it needs for as long as it runs.
    """

    since: float
    entries: tuple[str, ...]


@contextlib.contextmanager
def cache_in_use(cache: Path, *entries: Path) -> Iterator[None]:
    """Tell that the cache is used until the body ends, or the process does.

    Args:
        cache: The cache folder.
        entries: What is needed for the whole time.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_lease(_folder(cache), entries))
        except OSError as error:  # somebody else's cache may be read-only, and is then read without a lease
            logger.warning("%s can't be marked as used: %s", cache, error)
        yield


@contextlib.contextmanager
def _lease(folder: Path, entries: tuple[Path, ...]) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{os.getpid()}-{uuid.uuid4().hex}.json"
    lock, unfinished = Path(f"{file}.lock"), file.with_suffix(".part")
    with FileLock(lock):
        unfinished.write_text(json.dumps({"since": time.time(), "entries": [str(path) for path in entries]}))
        unfinished.replace(file)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


def leases(cache: Path) -> tuple[Lease, ...]:
    """Return who uses the cache now; what processes that were killed have left is removed."""
    found = []
    for file in sorted(_folder(cache).glob("*.json")):
        try:
            with FileLock(f"{file}.lock", blocking=False):
                file.unlink(missing_ok=True)
                Path(f"{file}.lock").unlink(missing_ok=True)
            continue
        except (Timeout, PermissionError):  # it is held, or somebody else's
            pass
        with contextlib.suppress(FileNotFoundError):  # it ended just now
            content = json.loads(file.read_text())
            found.append(Lease(since=content["since"], entries=tuple(content["entries"])))
    return tuple(found)


def mark_used(entry: Path) -> None:
    """Note that a file or folder of the cache is used now."""
    with contextlib.suppress(OSError):  # somebody else's cache may be read-only
        os.utime(entry)


def is_used(entry: Path, now: Iterable[Lease]) -> bool:
    """Whether somebody needs an entry, or may have taken it since they began."""
    used = entry.stat().st_mtime
    return any(str(entry) in lease.entries or used >= lease.since - CLOCKS_DIFFER_SECONDS for lease in now)


def _folder(cache: Path) -> Path:
    return cache / "in_use"

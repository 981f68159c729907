"""Entries of the cache: how large they are, when they were last used, and whether they may go."""

import contextlib
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from study.preparation.cache_kinds import KINDS, MADE_AGAIN
from trainables.sharing.leases import Lease, is_used, leases

LEFT_AFTER_SECONDS = 24 * 3600.0
"""What a builder has left half-made counts as left once nobody has touched it for so long."""

HALF_MADE = (".part", ".partial")


@dataclass(frozen=True, kw_only=True)
class CacheEntry:
    """One thing in the cache.

    Attributes:
        kind: One of KINDS.
        path: File or folder.
        num_bytes: On the disk.
        used: When it was last used, in seconds since 1970.
        in_use: Whether a running process needs it.
        half_made: Whether it is what a builder that was killed has left.
    """

    kind: str
    path: Path
    num_bytes: int
    used: float
    in_use: bool
    half_made: bool = False

    def days_unused(self) -> float:
        """Return how many days ago it was last used."""
        return (time.time() - self.used) / 86_400


def cache_entries(cache: Path) -> tuple[CacheEntry, ...]:
    """Return everything in the cache, the largest first."""
    now = leases(cache)
    found = []
    for kind in KINDS:
        for path in sorted((cache / kind).glob("*")):
            if path.suffix != ".lock":
                with contextlib.suppress(
                    FileNotFoundError
                ):  # a builder gave it its name, or somebody pruned it
                    found.append(_entry(kind, path, now))
    return tuple(sorted(found, key=lambda entry: -entry.num_bytes))


def _entry(kind: str, path: Path, now: tuple[Lease, ...]) -> CacheEntry:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return CacheEntry(
        kind=kind,
        path=path,
        num_bytes=sum(file.stat().st_size for file in files),
        used=path.stat().st_mtime,
        in_use=is_used(path, now),
        half_made=path.suffix in HALF_MADE,
    )


def prunable(
    entries: tuple[CacheEntry, ...], *, kinds: tuple[str, ...] = MADE_AGAIN, days: float = 0.0
) -> tuple[CacheEntry, ...]:
    """Return what may be deleted: of these kinds, in nobody's use, and unused for so many days."""
    return tuple(
        entry
        for entry in entries
        if entry.kind in kinds
        and not entry.in_use
        and entry.days_unused() >= days
        and not (entry.half_made and time.time() - entry.used < LEFT_AFTER_SECONDS)
    )


def delete(cache: Path, entries: tuple[CacheEntry, ...]) -> tuple[CacheEntry, ...]:
    """Delete entries, but not those that somebody has begun to use since they were listed; return what is gone.

    A folder loses its name first: nobody takes half of it.
    """
    gone = []
    for entry in entries:
        try:
            if is_used(entry.path, leases(cache)):
                continue
            doomed = entry.path.with_name(f"{entry.path.name}.{uuid.uuid4().hex}.part")
            entry.path.rename(doomed)
        except FileNotFoundError:
            continue
        if doomed.is_dir():
            shutil.rmtree(doomed)
        else:
            doomed.unlink()
        gone.append(entry)
    return tuple(gone)

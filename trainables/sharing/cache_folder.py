"""The cache folder: where it is, one builder at a time, and nothing half-built under a finished name."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_PARTIAL = ".partial"


def cache_dir() -> Path:
    """Return $LRSTUDY_CACHE, else $XDG_CACHE_HOME/lrstudy, else ~/.cache/lrstudy."""
    if chosen := os.environ.get("LRSTUDY_CACHE"):
        return Path(chosen).expanduser().absolute()
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return Path(shared).expanduser().absolute() / "lrstudy"
    return Path.home() / ".cache" / "lrstudy"


def machine_lock(cache: Path, name: str) -> FileLock:
    """Return the lock that the machine's processes share for `name`; a killed holder frees it."""
    folder = cache / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / f"{name}.lock")


@contextmanager
def built_folder(final: Path) -> Iterator[Path]:
    """Yield a fresh folder beside `final` that takes its name when the body succeeds and goes when it fails.

    The caller holds the machine lock of the folder's name.
    """
    partial = final.with_name(final.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        if final.exists():
            shutil.rmtree(final)
        partial.rename(final)
    except BaseException:  # Ctrl-C, too: nothing half-built stays, and it is raised again
        shutil.rmtree(partial)
        raise


def remove_abandoned(cache: Path, folder: Path) -> None:
    """Remove what killed builders have left in `folder`; running ones hold their lock and are let be."""
    for partial in folder.glob(f"*{_PARTIAL}"):
        try:
            with machine_lock(cache, partial.name.removesuffix(_PARTIAL)).acquire(blocking=False):
                shutil.rmtree(partial, ignore_errors=True)
        except Timeout:
            continue

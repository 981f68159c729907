"""Full disks: told from other errors, and said in one sentence."""

import errno
import os
import shutil
from pathlib import Path

ROOM_BYTES = 16 * 1024 * 1024
"""With less than this free, an error that nobody could write down is taken for one of the disk."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_disk_full(folder: Path, error: BaseException | None) -> bool:
    """Tell a full disk from other errors: Ray hands on only what its own files still had room for.

    Args:
        folder: A folder on the disk of the results.
        error: What went wrong; None where not even that could be read.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if error is not None and any(os.strerror(number) in str(error) for number in _FULL):
        return True
    return error is None and shutil.disk_usage(folder).free < ROOM_BYTES


def in_words(error: BaseException | None) -> str:
    """Return what to tell of an error that stopped a study and may be a full disk's, which need not be the results'."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] if error else []
    reason = lines[-1] if lines else "no room was left even for the reason"
    if isinstance(error, OSError) and error.errno not in _FULL:
        return f"its files: {reason}."
    return f"a disk is full ({reason}). When there is room, continue the study with `lrstudy resume`."

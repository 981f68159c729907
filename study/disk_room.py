"""Whether what went wrong went wrong because the results' disk is full."""

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
        folder: A folder on the disk.
        error: What went wrong; None where not even that could be read.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if error is not None and any(os.strerror(number) in str(error) for number in _FULL):
        return True
    return error is None and shutil.disk_usage(folder).free < ROOM_BYTES

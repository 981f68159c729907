"""Files that grow by whole lines and survive the death of whoever writes them."""

import json
import logging
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


class LineFile:
    """Appends lines; a last line that a crash or a full disk cut off is dropped first."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        end = whole_length(path)
        if end < path.stat().st_size:
            logger.warning("%s: its last line is not whole and dropped", path)
            self._file.truncate(end)

    def append(self, line: str) -> None:
        """Write a line, whole or not at all.

        Raises:
            OSError: If the disk is full.
        """
        left = memoryview(line.encode() + b"\n")
        before = self._file.seek(0, os.SEEK_END)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            self._file.truncate(before)
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def whole_length(path: Path) -> int:
    """Return how many bytes of a file belong to whole lines."""
    content = path.read_bytes()
    return content.rfind(b"\n") + 1


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file, a line each; what is not whole is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                logger.warning("%s, line %d is not whole and left out", path, number)


class Tail:
    """Reads what is added to a file of JSON lines, from a place on.

    Attributes:
        position: Bytes read so far, all of them whole lines.
    """

    def __init__(self, path: Path, position: int = 0) -> None:
        self.position = position
        self._path = path

    def read(self, max_lines: int, until: float = math.inf) -> list[dict[str, Any]]:
        """Return the next whole lines, at most `max_lines` and up to the byte `until`; none where nothing was added."""
        lines: list[dict[str, Any]] = []
        if not self._path.exists():
            return lines
        with self._path.open("rb") as file:
            file.seek(self.position)
            while len(lines) < max_lines and self.position < until:
                line = file.readline()
                if not line.endswith(b"\n"):
                    break
                self.position += len(line)
                try:
                    lines.append(json.loads(line))
                except json.JSONDecodeError:
                    logger.warning("%s, a line before byte %d is left out", self._path, self.position)
        return lines

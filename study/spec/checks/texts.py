"""Texts of a study file that no file system, tracking store or report could take: named before anything else."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from study.spec.paths import SQLITE
from trainables.errors import Problem, shown
from trainables.text import printable

MAX_NAME_BYTES, MAX_PATH_BYTES = 255, 4_095
"""What Linux takes: of one part of a path, and of a whole one."""
MAX_TEXT = 20_000
_PATHS = frozenset(("csv", "folder", "root", "storage", "weights"))


def text_problems(raw: object, path: str = "") -> Iterator[Problem]:
    """Yield a problem for each text, anywhere in the content, that can't be used, and for each path that can't be one.

    Args:
        raw: Content of a study file.
        path: Where it lies in the file.
    """
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            below = f"{path}.{key}" if path else str(key)
            if isinstance(key, str) and printable(key) != key:
                yield Problem(
                    field=printable(below), says="not allowed as a key; letters that can be printed"
                )
            else:
                yield from text_problems(value, below)
    elif isinstance(raw, list | tuple):
        for value in raw:
            yield from text_problems(value, path)
    elif isinstance(raw, str) and (why := _wrong(raw, is_path=path.rpartition(".")[2] in _PATHS)):
        yield Problem(
            field=path, says=f"{printable(shown(raw))} is not allowed; {why}", value=raw, allowed=why
        )


def file_problem(path: str) -> str:
    """Return why a path can't be one, in words that follow the path; nothing where it can."""
    return _path(path)


def _wrong(text: str, *, is_path: bool) -> str:
    if printable(text) != text:
        return "a text without control characters, in Unicode"
    if len(text) > MAX_TEXT:
        return f"at most {MAX_TEXT} characters"
    if text.startswith(SQLITE):
        return _path(text.removeprefix(SQLITE))
    return _path(text) if is_path and "://" not in text else ""


def _path(text: str) -> str:
    if "\0" in text:
        return "a path without the character 0"
    try:
        whole = os.fsencode(Path(text).expanduser())
    except RuntimeError:
        return "there is no such user, whose home it would be in"
    except UnicodeEncodeError:
        return "a path in Unicode"
    if len(whole) > MAX_PATH_BYTES or any(len(part) > MAX_NAME_BYTES for part in whole.split(b"/")):
        return f"a path of at most {MAX_PATH_BYTES} bytes, each part of at most {MAX_NAME_BYTES}"
    return ""

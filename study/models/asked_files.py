"""The files that a model is asked about: named one by one, in folders, by patterns, in lists."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from study.errors import StudyError
from trainables.data.readers.listing import list_files
from trainables.data.readers.trees.disk import DiskTree
from trainables.data.sources.errors import Problems
from trainables.text import counted, printable

LIST_SUFFIX = ".txt"
"""A file of this ending is a list of files, one a line; a path in it starts from the list's folder."""

_PATTERN = frozenset("*?[")


def asked_files(named: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that are meant, each once, in the order in which they are named; those of a folder sorted.

    A folder gives the images below it, by their names or first bytes, without hidden files. Whatever is named as a file
    is asked about, whether it is an image or not.

    Args:
        named: Files, folders, patterns with `*`, `?`, `[...]` or `**`, and lists.

    Raises:
        StudyError: If one of them names nothing, or none is an image.
    """
    wrong: list[str] = []
    found = dict.fromkeys(file for name in named for file in _meant(name, wrong))
    if wrong:
        raise StudyError("\n".join(wrong))
    if not found:
        raise StudyError(f"there is no image in {', '.join(printable(name) for name in named)}")
    return tuple(found)


def _meant(name: str, wrong: list[str]) -> Iterator[Path]:
    path = Path(name).expanduser()
    if why := _hindered(path):
        wrong.append(f"{printable(name)}: {why}")
    elif path.is_dir():
        yield from _below(path, wrong)
    elif path.suffix.lower() == LIST_SUFFIX and path.is_file():
        yield from _listed(path, wrong)
    elif path.exists():
        yield path
    elif matching := _matching(path):
        yield from matching
    else:
        what = "no file matches it" if _PATTERN & set(name) else "there is no such file or folder"
        wrong.append(f"{printable(name)}: {what}")


def _hindered(path: Path) -> str:
    """Return why a path cannot be looked up, such as a name that is too long; "" where it can."""
    try:
        path.exists()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _matching(path: Path) -> list[Path]:
    # Path.glob takes no pattern that begins at the root.
    found = map(Path, sorted(glob.glob(str(path), recursive=True))) if _PATTERN & set(str(path)) else ()  # noqa: PTH207
    return [each for each in found if each.is_file()]


def _below(folder: Path, wrong: list[str]) -> Iterator[Path]:
    problems = Problems()
    for file in list_files(DiskTree(folder), problems).images:
        yield folder / file
    wrong += [printable(what) for whats in problems.by_kind.values() for what in whats]


def _listed(file: Path, wrong: list[str]) -> Iterator[Path]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        wrong.append(f"{file}: the list cannot be read: {error}")
        return
    paths = [file.parent / Path(line.strip()).expanduser() for line in lines if line.strip()]
    missing = [str(path) for path in paths if _hindered(path) or not path.is_file()]
    if missing:
        wrong.append(
            f"{file}: {counted(len(missing), 'file')} of its {counted(len(paths), 'line')} "
            f"{'is' if len(missing) == 1 else 'are'} not there, such as {printable(missing[0])}"
        )
    yield from paths

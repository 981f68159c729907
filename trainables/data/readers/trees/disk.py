"""A folder on the disk as a tree of files."""

import os
from pathlib import Path

from PIL import Image

from trainables.data.decoding.first_bytes import first_bytes
from trainables.data.decoding.opening import open_file
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import file_content


class DiskTree:
    """Files below a folder; a path that is absolute stands for itself. Links are followed, but in no circle."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)
        self.beside = root

    def listed(self, problems: Problems) -> tuple[list[str], list[str]]:
        """Return all files and all folders, sorted; folders that cannot be listed are problems."""

        def unlistable(error: OSError) -> None:
            problems.add("cannot be read", f"{error.filename}: {error.strerror}")

        # Where each folder that is still to be listed lies, and those that lead to it.
        real = {self.root: frozenset({self.root.resolve()})}
        files: list[str] = []
        folders: list[str] = []
        for folder, subfolders, names in os.walk(self.root, followlinks=True, onerror=unlistable):
            here = Path(folder)
            above = real.pop(here)
            inner = {name: (here / name).resolve() for name in sorted(subfolders)}
            subfolders[:] = [name for name, place in inner.items() if place not in above]
            real |= {here / name: above | {inner[name]} for name in subfolders}
            inside = here.relative_to(self.root)
            folders += [(inside / name).as_posix() for name in subfolders]
            files += [(inside / name).as_posix() for name in names]
        return sorted(files), sorted(folders)

    def relative(self, path: str) -> str:
        """Return a path as it is relative to the folder, where it was absolute and lies in it."""
        try:
            return Path(path).relative_to(self.root).as_posix() if Path(path).is_absolute() else path
        except ValueError:
            return path

    def is_file(self, path: str) -> bool:
        """Say whether there is a file of that path."""
        try:
            return (self.root / path).is_file()
        except (OSError, ValueError):  # a name too long, or with a null in it
            return False

    def head(self, path: str) -> bytes:
        """Return a file's first bytes; none for one that cannot be read."""
        return first_bytes(self.root / path)

    def content(self, path: str) -> str:
        """Return the hash of a file; "" for one that cannot be read."""
        return file_content(self.root / path)

    def open(self, path: str) -> Image.Image:
        """Open an image."""
        return open_file(self.root / path)

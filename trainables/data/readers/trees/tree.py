"""A tree of files, as the readers see it: below a folder of the disk, or in an archive."""

from pathlib import Path
from typing import Protocol

from PIL import Image

from trainables.data.sources.errors import Problems


class Tree(Protocol):
    """Files below one place. Paths are relative to it, with forward slashes.

    Attributes:
        name: What messages call the place.
        beside: Folder on the disk where a file lies that belongs to the images and is no image.
    """

    name: str
    beside: Path

    def listed(self, problems: Problems) -> tuple[list[str], list[str]]:
        """Return all files and all folders, sorted; what cannot be listed is a problem."""

    def relative(self, path: str) -> str:
        """Return a path as it is relative to the tree, where it was absolute and lies in it."""

    def is_file(self, path: str) -> bool:
        """Say whether there is a file of that path."""

    def head(self, path: str) -> bytes:
        """Return a file's first bytes; none for one that cannot be read."""

    def content(self, path: str) -> str:
        """Return the hash of a file; "" for one that cannot be read, which decoding will name."""

    def open(self, path: str) -> Image.Image:
        """Open an image, as `trainables.data.decoding.opening.open_file` does."""

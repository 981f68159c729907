"""Versions of what computes a run: what runs share is kept by them, too."""

import functools
import importlib.metadata

import torch

NETWORKS = ("lrstudy", "torchvision", "timm")
"""Packages whose networks are trained."""


def version_of(package: str) -> str:
    """Return a package's version, or "not installed"."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def computed_by() -> tuple[str, ...]:
    """Return PyTorch's version with its build, and those of the packages that networks come from."""
    return (torch.__version__, *map(version_of, NETWORKS))

"""State files: written beside and renamed, read without unpickling code."""

import os
from pathlib import Path
from typing import Any

import torch


def save_state(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors and plain types) to `path`, whole or not at all; an older file is replaced."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        torch.save(state, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load_state(path: Path) -> dict[str, Any]:
    """Return the state in `path`, on the CPU.

    Raises:
        ValueError: If the file is truncated or not a state file.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # from a damaged pickle almost anything, KeyError and AssertionError too
        raise ValueError(f"{path}: not a whole checkpoint ({type(error).__name__})") from error
    if not isinstance(state, dict):
        raise ValueError(f"{path}: holds a {type(state).__name__}, not a checkpoint")
    return state

"""Files of weights: written by a run, and read, ours and others'."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from trainables.checkpoint import save_state
from trainables.networks.network import Network
from trainables.networks.normalisation import Normalisation, checked

FORMAT = "lrstudy-weights-2"

FIRST_FORMAT = "lrstudy-weights-1"
"""Of files that don't say what images were normalised by."""

PARTS = frozenset({"format", "architecture", "width", "normalisation", "state"})


class WeightsError(ValueError):
    """Weights that can't be had, read, or put into the network."""


def save_weights(
    network: Network,
    path: str | os.PathLike[str],
    *,
    architecture: str,
    width: int,
    normalisation: Normalisation | None = None,
) -> None:
    """Write a network's weights for `load_weights`, beside their place first; an older file is replaced.

    Args:
        network: Body and head.
        path: The file.
        architecture: The network's name.
        width: Channels of the first stage of `small_resnet`.
        normalisation: What the images were that it was trained on; None where that is not known.
    """
    mean_and_std = normalisation and {"mean": list(normalisation.mean), "std": list(normalisation.std)}
    content = {
        "format": FORMAT,
        "architecture": architecture,
        "width": width,
        "normalisation": mean_and_std,
        "state": network.state_dict(),
    }
    save_state(Path(path), content)


def is_own_content(content: Any) -> bool:
    """Return whether a file's content says that `save_weights` wrote it."""
    return isinstance(content, dict) and "format" in content


def recorded_normalisation(content: Mapping[str, Any], file: Path) -> Normalisation | None:
    """Return what the content of a file of `save_weights` says that images were normalised by; None where it doesn't.

    Raises:
        WeightsError: If it is damaged.
    """
    recorded = content.get("normalisation")
    if recorded is None:
        return None
    try:
        return checked(
            Normalisation(
                mean=tuple(recorded["mean"]), std=tuple(recorded["std"]), origin=f"those recorded in {file}"
            )
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"weights file {file} is damaged: its normalisation is {recorded!r}.") from error


def read_weights(file: Path) -> Any:
    """Return what a file of weights holds, on the CPU.

    Raises:
        WeightsError: If it can't be read.
    """
    try:
        if _is_safetensors(file):
            return _read_safetensors(file)
        return torch.load(file, weights_only=True, map_location="cpu")
    except WeightsError:
        raise
    except (PermissionError, IsADirectoryError) as error:
        raise WeightsError(f"weights file {file} can't be read: {error.strerror}.") from error
    except Exception as error:  # from a damaged pickle almost anything, KeyError and AssertionError too
        raise WeightsError(f"weights file {file} is truncated, or is not a file of weights.") from error


def _is_safetensors(file: Path) -> bool:
    """Say whether a file begins as safetensors' do, whatever its name: a length of 8 bytes, then a header in JSON."""
    with file.open("rb") as opened:
        return opened.read(9)[8:] == b"{"


def _read_safetensors(file: Path) -> Any:
    try:
        from safetensors.torch import load_file
    except ModuleNotFoundError as error:
        raise WeightsError(f"weights file {file} needs safetensors: pip install 'lrstudy[timm]'") from error
    return load_file(file)

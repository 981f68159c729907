"""A model that was written, opened to be asked: with the code in its folder, whichever version wrote it."""

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import yaml

from study.errors import StudyError
from study.models.description import DESCRIPTION
from trainables.data.preprocessing import ALL_OF_16_BITS, Preprocessing
from trainables.data.sources.source import DataSource


class Model(Protocol):
    """What every version's code in a model's folder offers."""

    columns: tuple[str, ...]

    def answers(self, files: Sequence[object]) -> list[tuple[object, ...]]:
        """Return values of `columns` for each file of one batch."""
        ...


def open_model(folder: Path, *, device: str = "auto", source: DataSource | None = None) -> Model:
    """Return the model in a folder.

    Args:
        folder: Of one model, with MLmodel in it.
        device: Where it computes: "auto", "cpu" or "cuda".
        source: The images that it was trained on, for models of version 0.1.0, which do not say how files are read.

    Raises:
        StudyError: If there is none, or it cannot be loaded.
    """
    try:
        stored = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
        how: Mapping[str, Any] = stored["flavors"]["python_function"]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise StudyError(f"{folder} holds no model: {error}") from error
    try:
        if (folder / DESCRIPTION).exists():
            return _shipped(folder, how, device)
        return _of_first_version(folder, stored, device=device, source=source or DataSource(folder="."))
    except Exception as error:  # damaged files raise almost anything
        raise StudyError(
            f"the model in {folder} cannot be loaded: {type(error).__name__}: {error}"
        ) from error


def _shipped(folder: Path, how: Mapping[str, Any], device: str) -> Model:
    code = str(folder.absolute() / how["code"])
    sys.path.insert(0, code)
    try:
        module = importlib.import_module(how["loader_module"])
    finally:
        sys.path.remove(code)
    model: Model = module._load_pyfunc(str(folder), {"device": device})
    return model


def _of_first_version(folder: Path, stored: Mapping[str, Any], *, device: str, source: DataSource) -> Model:
    """Return a model of before there was code in its folder; our own reads its files, as the study's images were."""
    import torch

    from study.models.served import ServedModel

    told = stored["metadata"]
    shape = json.loads(stored["signature"]["inputs"])[0]["tensor-spec"]["shape"]
    window = None if told.get("window") is None else tuple(told["window"])
    preprocessing = Preprocessing(
        image_size=shape[-1],
        channels=shape[1],
        fit=told.get("fit", "crop"),
        background=source.background,
        pages=source.pages,
        window=window,
        reads_8_bit=window in (None, ALL_OF_16_BITS) or source.window is not None,
    )
    file = folder / stored["flavors"]["pytorch"]["model_data"] / "model.pt2"
    network = torch.export.load(file).module()
    description = {
        "classes": told["classes"],
        "preprocessing": asdict(preprocessing),
        "operating_point": None,
        "task": "single_label",
    }
    return ServedModel(network, description, device=device)

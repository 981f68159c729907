"""A small trained network of digits, written as a model, and the study file's words about its images."""

import base64
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from study.models.describing import describe_run
from study.models.description import ModelDescription
from study.models.writing import write_model
from trainables.classifier import Classifier, load_classifier
from trainables.config import parse_config
from trainables.data import DataSource, PreparedData, prepare
from trainables.run import train

DIGITS = DataSource(digits=True, classes=(5, 6, 7), train_per_class=20)


@dataclass(frozen=True, kw_only=True)
class WrittenModel:
    """A model's folder and what it was made of."""

    folder: Path
    classifier: Classifier
    data: PreparedData
    lacking: tuple[str, ...]


def written_model(folder: Path, source: DataSource = DIGITS, **changes: Any) -> WrittenModel:
    """Train for two epochs and write the model; `changes` are of its description."""
    data = prepare(source)
    config = {
        "recipe": "fixed_rate", "data": data.key, "epochs": 2, "width": 4, "lr": 0.05, "num_threads": 1,
        "measure_test": True, "save_weights": str(folder.with_suffix(".pt")),
    }  # fmt: skip
    *_, last = train(config)
    run, _ = parse_config(config)
    classifier = load_classifier(folder.with_suffix(".pt"), run=run, data=data)
    row = {
        "study": "tiny", "arm": "fixed", "run": "fixed-confirm-0", "objective": last.val_objective,
        "test_objective": last.test_objective,
    }  # fmt: skip
    description: ModelDescription = replace(
        describe_run(row, classifier, run=run, data=data, source=source), **changes
    )
    lacking = write_model(folder, classifier, description, images=data.split("val").images)
    return WrittenModel(folder=folder, classifier=classifier, data=data, lacking=lacking)


def png_in_base64(square: npt.NDArray[np.uint8]) -> str:
    """Return a stored square as a PNG file in base64."""
    held = io.BytesIO()
    Image.fromarray(square[..., 0] if square.shape[-1] == 1 else square).save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()

"""The description of a run's model, from the run, its data and the study file's words about the images."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.models.description import ModelDescription
from study.models.licences import weights_licence
from trainables.data.preprocessing import ALL_OF_16_BITS, Preprocessing
from trainables.data.sources.registry import path_keys

if TYPE_CHECKING:
    from trainables.classifier import Classifier
    from trainables.config import RunConfig
    from trainables.data import DataSource, PreparedData


def describe_run(
    row: Mapping[str, Any],
    classifier: "Classifier",
    *,
    run: "RunConfig",
    data: "PreparedData",
    source: "DataSource",
) -> ModelDescription:
    """Return the description of a run's last network.

    Args:
        row: The run's last record, as the analysis loads it.
        classifier: The network.
        run: Its settings.
        data: What it was trained on.
        source: The images, as the study file has them.
    """
    mean, std = ((values.flatten() / 255).tolist() for values in (classifier.mean, classifier.std))
    return ModelDescription(
        classes=data.classes,
        task=data.task,
        preprocessing=preprocessing_of(data, source),
        mean=tuple(mean),
        std=tuple(std),
        architecture=run.architecture,
        weights=Path(run.weights).name,
        weights_licence=weights_licence(run.weights, architecture=run.architecture),
        data=without_places(source),
        study=row["study"],
        arm=row["arm"],
        run=row["run"],
        objective=run.objective,
        val_objective=row["objective"],
        test_objective=row["test_objective"],
    )


def preprocessing_of(data: "PreparedData", source: "DataSource") -> Preprocessing:
    """Return how a further file is read just as the images of a data set were.

    Args:
        data: The data set.
        source: What it was prepared from.
    """
    return Preprocessing(
        image_size=data.image_size,
        channels=data.channels,
        fit=data.fit,
        background=source.background,
        pages=source.pages,
        window=data.window,
        reads_8_bit=data.window in (None, ALL_OF_16_BITS) or source.window is not None,
    )


def without_places(source: "DataSource") -> dict[str, object]:
    """Return the words about the images, of folders and files their names alone: a model goes to other people."""
    given = source.as_mapping()
    return {key: Path(str(value)).name if key in path_keys() else value for key, value in given.items()}

"""Each arm's winner as a model that anybody can use: a folder that MLflow loads without lrstudy."""

import logging
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from study.results.folder import Results
from study.tracking.mlflow_tracker.importing import import_mlflow

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

NUM_EXAMPLES = 2
"""Images of the input example: of one the exporter would take the batch's size for fixed."""

INFERENCE_PACKAGES = ("mlflow", "numpy", "torch")


def write_models(results: Results) -> tuple[str, ...]:
    """Write the model of each arm's winner that is not there yet; return what went wrong, in sentences.

    Of the confirmation's runs it is the one with the highest validation objective, whichever of an arm's searches found
    its configuration: the test split chooses nothing.
    """
    from analysis import load_study

    study = load_study(results.folder)
    problems = []
    for arm, run in _chosen(study.records).items():
        folder = results.models / arm
        if model_run(folder) == run["run"]:
            continue
        try:
            _write(folder, run, results)
        # torch.export raises almost anything for what it can't trace; the study's results stand without it.
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)  # what is there is an earlier winner's
            logger.exception("the model of %s could not be exported", run["run"])
            problems.append(f"the model of {run['run']} could not be exported: {_first_line(error)}")
    return tuple(problems)


def written_models(results: Results) -> Iterator[tuple[str, str, Path]]:
    """Yield arm, run and folder of each winner's model."""
    for folder in sorted(results.models.glob("*")):
        if run := model_run(folder):
            yield folder.name, run, folder


def model_run(folder: Path) -> str:
    """Return the run whose model is in a folder; nothing where there is none."""
    file = folder / "MLmodel"
    if not file.exists():
        return ""
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return str((content.get("metadata") or {}).get("run", ""))


def _chosen(records: "pd.DataFrame") -> dict[str, dict[str, Any]]:
    """Return, by arm, the last record of the confirmation run that is kept."""
    rows = records[(records["stage"] == "confirm") & records["overall"] & (records["status"] == "finished")]
    best = rows.sort_values(["objective", "seed"], ascending=[False, True]).drop_duplicates("arm")
    return {str(row["arm"]): dict(row) for _, row in best.iterrows()}


def _write(folder: Path, row: dict[str, Any], results: Results) -> None:
    import importlib.metadata

    from trainables.classifier import load_classifier
    from trainables.config import parse_config
    from trainables.data import open_prepared

    run, _ = parse_config(row["config"])
    data = open_prepared(run.data)
    classifier = load_classifier(results.checkpoints / f"{row['run']}.pt", run=run, data=data)
    images = np.ascontiguousarray(data.split("val").images[:NUM_EXAMPLES].transpose(0, 3, 1, 2))
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's and the exporter's, on their own insides
        import_mlflow("mlflow.tracking", "mlflow.pytorch")
        import mlflow.pytorch
        from mlflow.models import ModelSignature
        from mlflow.types import Schema, TensorSpec

        mlflow.pytorch.save_model(
            classifier,
            unfinished,
            signature=ModelSignature(
                inputs=Schema([TensorSpec(np.dtype("uint8"), (-1, *images.shape[1:]))]),
                outputs=Schema([TensorSpec(np.dtype("float32"), (-1, len(data.classes)))]),
            ),
            input_example=images,
            serialization_format="pt2",
            pip_requirements=[f"{name}=={importlib.metadata.version(name)}" for name in INFERENCE_PACKAGES],
            metadata={
                "study": row["study"],
                "arm": row["arm"],
                "run": row["run"],
                "classes": list(data.classes),
                "fit": data.fit,
                "window": data.window,
                "val_objective": row["objective"],
                "test_objective": row["test_objective"],
            },
        )
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]

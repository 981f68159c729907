"""Descriptions of a study and of its runs for MLflow, beside their metrics: tags, parameters, data sets."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.loading.run_metadata import RunMetadata
from study.spec.study_file import StudySpec
from study.tracking.mlflow_tracker.open_runs import OpenRun

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

SHORT_LENGTH = 10
"""Characters of a name that tables show."""

RATES = ("lr", "head_lr")
"""Settings that runs have the logarithm of as well."""

STUDY_ID, RUN = "lrstudy.study_id", "lrstudy.run"
"""Tags by which a study's runs are found again; the study's own has an empty `RUN`."""


def study_tags(spec: StudySpec, metadata: RunMetadata) -> dict[str, str]:
    """Return the tags of the study's own run."""
    return {
        STUDY_ID: metadata.study_id,
        RUN: "",
        "study": short(spec.name),
        "stage": "study",
        "data": short(metadata.data_key),
        "mlflow.source.git.commit": metadata.commit or "unknown",
    }


def study_params(metadata: RunMetadata) -> dict[str, Any]:
    """Return the parameters of the study's own run."""
    params = {f"version_{name}": version for name, version in metadata.versions.items()}
    return params | {"data": metadata.data_key, "commit": metadata.commit}


def run_tags(
    name: str, run: OpenRun, *, spec: StudySpec, metadata: RunMetadata, parent: str
) -> dict[str, str]:
    """Return the tags of a run below the study's; those that people look at are short.

    Args:
        name: The run's name.
        run: It, with its configuration.
        spec: The study's.
        metadata: The study's.
        parent: MLflow's id of the study's run.
    """
    assert run.config is not None, "a run begins with its configuration"
    return {
        "study": short(spec.name),
        "arm": short(run.arm),
        "stage": run.stage,
        "architecture": short(run.config["architecture"]),
        "recipe": short(run.config["recipe"]),
        "data": short(run.config["data"]),
        "seed": str(run.config["seed"]),
        **({} if run.repeat is None else {"repeat": str(run.repeat)}),
        STUDY_ID: metadata.study_id,
        RUN: name,
        "mlflow.parentRunId": parent,
    }


def run_params(run: OpenRun) -> dict[str, Any]:
    """Return a run's parameters: its arm and configuration, and the logarithms of its rates.

    MLflow's charts have no logarithmic axes for parameters.
    """
    config = run.config or {}
    logarithms = {
        shown_param(key): round(math.log10(config[key]), 4)
        for key in RATES
        if isinstance(config.get(key), int | float) and config[key] > 0
    }
    repeat = {} if run.repeat is None else {"repeat": run.repeat}
    return {"arm": short(run.arm), **repeat, **config, **logarithms}


def shown_param(setting: str) -> str:
    """Return the parameter that charts show of a setting: of a rate its logarithm."""
    return f"log10_{setting}" if setting in RATES else setting


def data_inputs(spec: StudySpec, metadata: RunMetadata, contexts: Mapping[str, str]) -> list["DatasetInput"]:
    """Return splits of the target's images as MLflow data sets.

    Args:
        spec: The study's.
        metadata: The study's.
        contexts: What each split is for, by its name: training, validation, testing.
    """
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = spec.data.target
    return [
        DatasetInput(
            Dataset(
                name=f"{Path(source.name).name}-{split}",
                digest=metadata.data_key,
                source_type="lrstudy",
                source=json.dumps(asdict(source)),
                profile=json.dumps({"images": metadata.num_images(split), "classes": metadata.classes}),
            ),
            [InputTag("mlflow.data.context", context)],
        )
        for split, context in contexts.items()
    ]


def short(name: str) -> str:
    """Return a name as it is, or its beginning with four characters of its hash: different names stay different."""
    if len(name) <= SHORT_LENGTH:
        return name
    return f"{name[: SHORT_LENGTH - 5]}~{hashlib.sha256(name.encode()).hexdigest()[:4]}"

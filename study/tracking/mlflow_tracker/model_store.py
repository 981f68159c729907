"""The winners' models in MLflow: logged once, found again by tag, registered on request."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.tracking.mlflow_tracker.run_descriptions import RUN, STUDY_ID

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

REFUSED_IN_NAMES = "/:.%\"'"
"""Characters that MLflow takes in no model's name; a study's may have a point."""


def find_model(
    client: "MlflowClient", experiment_id: str, *, study_id: str, run: str
) -> "LoggedModel | None":
    """Return the model of a study's run that MLflow has whole; None where it has none."""
    wanted = f"tags.`{STUDY_ID}` = '{study_id}' AND tags.`{RUN}` = '{run}'"
    found = client.search_logged_models([experiment_id], filter_string=wanted)
    whole = [model for model in found if str(model.status) == "READY"]
    return whole[0] if whole else None


def log_model(
    client: "MlflowClient",
    experiment_id: str,
    folder: Path,
    *,
    study_id: str,
    name: str,
    run: str,
    run_id: str,
) -> None:
    """Log a model that is there as MLflow's folder, once, also where an earlier attempt was cut off.

    Args:
        client: Of the store.
        experiment_id: The study's experiment.
        folder: The model.
        study_id: The study's.
        name: What it is called in MLflow, with `_` for what its names can't have.
        run: The run that trained it.
        run_id: MLflow's id of that run.
    """
    if find_model(client, experiment_id, study_id=study_id, run=run) is not None:
        return
    model = client.create_logged_model(
        experiment_id,
        name="".join("_" if character in REFUSED_IN_NAMES else character for character in name),
        source_run_id=run_id,
        tags={STUDY_ID: study_id, RUN: run},
        model_type="classifier",
    )
    client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")


def register_model(client: "MlflowClient", model: "LoggedModel", *, name: str) -> "ModelVersion":
    """Make a logged model the next version of a registered one, which is made where there is none of the name."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    return client.create_model_version(
        name, source=model.artifact_location, run_id=model.source_run_id, model_id=model.model_id
    )

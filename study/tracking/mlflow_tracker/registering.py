"""An arm's winner in MLflow's model registry, on request."""

from pathlib import Path

from analysis.loading.run_metadata import RunMetadata
from study.errors import StudyError
from study.models.written import written_models
from study.results.folder import open_results
from study.results.places import read_here
from study.spec.tracking_address import artifact_location, tracking_uri, without_secrets
from study.tracking.mlflow_tracker.model_store import find_model, register_model
from study.tracking.mlflow_tracker.store import open_store


def register_winner(folder: Path, *, arm: str, name: str) -> str:
    """Make an arm's winner, which MLflow has, the next version of a registered model; return what was done.

    Raises:
        StudyError: If the folder holds no study, the arm has no model, or MLflow has not got it or does not answer.
    """
    results = open_results(folder)
    runs = {each: run for each, run, _ in written_models(results.models)}
    if arm not in runs:
        known = f"those that have one: {', '.join(runs)}" if runs else "no arm has one"
        raise StudyError(f"{folder}: there is no model of an arm {arm!r}; {known}")
    spec = read_here(results)
    if spec.tracking.chosen != "mlflow":
        raise StudyError(f"the study has the tracker {spec.tracking.chosen}; MLflow has no model of it")
    base = results.folder.parent
    uri = tracking_uri(spec.tracking.uri, base)
    study_id = RunMetadata.read(results.run_metadata).study_id
    try:
        client, experiment_id = open_store(
            uri, experiment=spec.tracking.experiment, artifacts=artifact_location(spec.tracking.uri, base)
        )
        model = find_model(client, experiment_id, study_id=study_id, run=runs[arm])
        version = None if model is None else register_model(client, model, name=name)
    # Whatever a server or MLflow's client raises: the user needs its sentence.
    except Exception as error:
        why = without_secrets(f"{type(error).__name__}: {error}".splitlines()[0])
        raise StudyError(f"MLflow at {without_secrets(uri)} did not register the model: {why}") from error
    if version is None:
        raise StudyError(f"MLflow has not got the model of {runs[arm]}; `lrstudy sync {folder}` sends it")
    return (
        f"{runs[arm]} is models:/{name}/{version.version} now; mlflow.pyfunc.load_model loads it from there"
    )

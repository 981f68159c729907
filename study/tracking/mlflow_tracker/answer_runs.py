"""The answer on MLflow's runs: metrics, tags and descriptions of the study's run, and of a run of each arm below it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.results.answer import ANSWER
from study.results.folder import Results
from study.tracking.answer_values import arm_metrics, arm_to_use, arm_verdict
from study.tracking.mlflow_tracker.answer_note import answer_note, arm_note
from study.tracking.mlflow_tracker.requests import Metric, Requests
from study.tracking.mlflow_tracker.run_descriptions import RUN, STUDY_ID, short
from study.tracking.mlflow_tracker.stored_runs import STUDY, StoredRuns

FINISHED = "FINISHED"


def send_answer(
    requests: Requests,
    stored: StoredRuns,
    answer: Mapping[str, Any],
    results: Results,
    metadata: RunMetadata,
) -> None:
    """Show the answer of the latest report; that of an earlier one stays in the metrics' histories.

    A metric's step is the number of the study's extensions, and its time that of the report.

    Args:
        requests: To the store.
        stored: What it has; the runs of arms that it lacks are made.
        answer: See `latest_answer`.
        results: The study's.
        metadata: The study's.
    """
    study, use, folder = stored[STUDY].id, arm_to_use(answer), results.report_folders[-1]
    report = folder.relative_to(results.folder).as_posix()
    note = answer_note(answer, report="" if report == "." else f"{report}/")
    # a store shows the latest of a step's values, and the highest of those of one moment
    at_ms = (folder / ANSWER).stat().st_mtime_ns // 1_000_000
    metrics = partial(_metrics, answer, at_ms=at_ms, step=len(metadata.extensions))
    tags = {"verdict": answer["verdict"], **({} if use is None else {"use": use})}
    requests.log_metrics(study, [] if use is None else metrics(use), tags=tags)
    requests.set_note(study, note)
    for arm in answer["arms"]:
        name = f"arm/{arm}"
        if name not in stored:
            made = _arm_tags(answer, arm, name, study, metadata)
            stored.add(name, requests.create_run(arm, made, begun_ms=at_ms))
        run = stored[name].id
        requests.log_metrics(run, metrics(arm), tags={"verdict": arm_verdict(answer, arm)})
        requests.set_note(run, arm_note(answer, arm))
        requests.close(run, FINISHED, ended_ms=at_ms)
        stored.note(name, FINISHED)


def _arm_tags(
    answer: Mapping[str, Any], arm: str, name: str, parent: str, metadata: RunMetadata
) -> dict[str, str]:
    return {
        "study": short(answer["study"]),
        "arm": short(arm),
        "stage": "arm",
        "data": short(metadata.data_key),
        STUDY_ID: metadata.study_id,
        RUN: name,
        "mlflow.parentRunId": parent,
    }


def _metrics(answer: Mapping[str, Any], arm: str, *, at_ms: int, step: int) -> list[Metric]:
    return [(key, value, at_ms, step) for key, value in arm_metrics(answer, arm).items()]

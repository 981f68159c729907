"""Saved views of a study: written with it, each with its own runs, and drawn by MLflow's page."""

import base64
import json
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.harness.servers import MlflowServer
from study.tracking.mlflow_tracker.saved_views import TAG, charts_page, saved_views
from tests.support.pages.browser import chromium
from tests.support.tracked import Study, send_all

pytestmark = pytest.mark.filterwarnings("default")


def state_of(tag: str) -> dict[str, Any]:
    """Return the state that a view holds."""
    kind, packed = json.loads(tag)["state"].split(";")
    assert kind == "deflate"
    state: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return state


def test_a_view_shows_the_runs_of_its_study_and_stage() -> None:
    views = saved_views("lesions", "abc", searched=("lr", "cycle_mult"))
    assert [json.loads(tag)["name"] for tag in views.values()] == [
        "lesions: confirmation by arm",
        "lesions: search trials",
    ]
    confirmation, search = map(state_of, views.values())
    assert confirmation["searchFilter"] == "tags.`lrstudy.study_id` = 'abc' AND tags.stage = 'confirm'"
    assert search["searchFilter"] == "tags.`lrstudy.study_id` = 'abc' AND tags.stage = 'search'"
    parallel, *scatter = search["compareRunCharts"]
    assert parallel["selectedParams"] == ["log10_lr", "cycle_mult"]
    assert [chart["xaxis"]["key"] for chart in scatter] == ["log10_lr", "cycle_mult"]
    assert max(map(len, views.values())) < 5000, "MLflow takes no longer tags"


def test_a_study_that_is_sent_has_its_views_once(tmp_path: Path) -> None:
    study = Study(tmp_path)
    try:
        study.whole_run("fixed-0000")
        study.end()
        study.mlflow().close_study("FINISHED")
        assert len(study.runs()) == 2, "the study and its trial"
        experiment = study.client.get_experiment_by_name(study.spec.tracking.experiment)
        assert experiment is not None
        key = study.metadata.study_id
        assert [name for name in experiment.tags if name.startswith(TAG)] == [
            f"{TAG}{key}-confirm",
            f"{TAG}{key}-search",
        ]
        assert charts_page(key, experiment).endswith(
            f"runs?viewStateShareKey={key}-confirm&compareRunsMode=CHART"
        )
        assert charts_page("another", experiment).endswith("/runs")
        again = study.mlflow(is_running=False)
        send_all(again)
        assert again.num_requests == 0
    finally:
        study.close()


@pytest.mark.slow
def test_mlflows_page_draws_the_charts_of_a_view(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    server = MlflowServer(tmp_path / "server")
    server.start()
    study = Study(tmp_path / "study", uri=server.uri, study_id=uuid.uuid4().hex)
    try:
        for place in range(3):
            study.whole_run(f"fixed-000{place}")
        study.end()
        study.mlflow().close_study("FINISHED")
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1500, "height": 1000})
            page.set_default_timeout(120_000)
            key = f"{study.metadata.study_id}-search"
            page.goto(f"{server.uri}/#/experiments/1/runs?viewStateShareKey={key}&compareRunsMode=CHART")
            page.get_by_role("button", name="s: search trials").wait_for()
            page.get_by_text("3 matching runs").wait_for()
            page.locator(".js-plotly-plot .scatterlayer path.point").nth(2).wait_for()
    finally:
        study.close()
        server.kill()

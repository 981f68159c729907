"""A whole study through the real command line, Ray and MLflow."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.support.models.written_model import png_in_base64
from tests.support.tiny_study import LRSTUDY, STUDY, lrstudy
from trainables.data import open_prepared


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study that was run in a folder with a `study/` and an `analysis/` of the user's own."""
    folder = tmp_path_factory.mktemp("user")
    for name in ("study", "analysis", "trainables"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise RuntimeError('the wrong package')")
    os.environ["LRSTUDY_CACHE"] = str(tmp_path_factory.getbasetemp() / "cache")
    (folder / "tiny.yaml").write_text(STUDY)
    done = lrstudy(folder, "run", "tiny.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.mark.slow
def test_the_study_ends_with_the_comparison_and_where_to_look_next(finished: tuple[Path, str]) -> None:
    folder, printed = finished
    assert "adapted" in printed
    assert "Where to look next" in printed
    assert f"  {Path('results', 'tiny', 'report.html')} " in printed
    assert "ray::" not in printed
    assert "alembic" not in printed
    html = (folder / "results" / "tiny" / "report.html").read_text()
    assert "http://" not in html.replace("http://www.w3.org", "")


@pytest.mark.slow
def test_the_records_are_whole(finished: tuple[Path, str]) -> None:
    records = pd.read_parquet(finished[0] / "results" / "tiny" / "records.parquet")
    last = records.groupby("run").tail(1)
    assert (last["status"] == "finished").all()
    counts = last.groupby(["stage", "arm"]).size().to_dict()
    assert counts == {
        ("confirm", "adapted"): 3, ("confirm", "fixed"): 3, ("pretrain", "source"): 1, ("search", "adapted"): 3,
        ("search", "fixed"): 3, ("selection", "adapted"): 2, ("selection", "fixed"): 2,
    }  # fmt: skip
    assert not records.duplicated(["run", "epoch"]).any()
    # the test split is measured by confirmation alone, once a run
    measured = records[records["test_objective"].notna()]
    assert set(measured["stage"]) == {"confirm"}
    assert len(measured) == 6
    # seeds of the three stages share none, and pairs share one
    seeds = last.groupby("stage")["seed"].agg(set)
    assert not seeds["search"] & seeds["selection"] | seeds["selection"] & seeds["confirm"]
    confirmed = last[last["stage"] == "confirm"]
    by_arm = confirmed.groupby("arm")["seed"].agg(sorted)
    assert by_arm["adapted"] == by_arm["fixed"]
    kept = {path.stem for path in (finished[0] / "results" / "tiny" / "checkpoints").glob("*.pt")}
    (dropped,) = set(confirmed["run"]) - kept  # five of six are kept
    assert confirmed.set_index("run").loc[dropped, "objective"] == confirmed["objective"].min()


@pytest.mark.slow
def test_mlflow_has_the_study_above_and_every_run_below(finished: tuple[Path, str]) -> None:
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{finished[0] / 'results' / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("lrstudy")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id], max_results=100)
    top = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert [run.info.run_name for run in top] == ["tiny"]
    assert all(run.info.status == "FINISHED" for run in runs)
    arms = [run for run in runs if run.data.tags["stage"] == "arm"]
    assert {run.info.run_name for run in arms} == {"adapted", "fixed"}
    assert len(runs) == 1 + 17 + 2
    names = {file.path for file in client.list_artifacts(top[0].info.run_id)}
    assert {"study.yaml", "records.parquet", "report.html", "figures"} <= names
    assert "commit" in top[0].data.params
    assert "probability_best" in top[0].data.metrics
    below = [run for run in runs if run not in (*top, *arms)]
    assert len({key for run in below for key in run.data.metrics}) <= 20


@pytest.mark.slow
def test_a_second_run_of_the_name_is_refused_with_advice(finished: tuple[Path, str]) -> None:
    again = lrstudy(finished[0], "run", "tiny.yaml")
    assert again.returncode == 1
    assert "was run already" in again.stderr
    assert "-s name=" in again.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium")
def test_the_report_is_whole_in_a_browser_without_a_network(
    finished: tuple[Path, str], tmp_path: Path
) -> None:
    """Every picture of the page has a size in a real browser that can reach nothing, once all is unfolded."""
    report = finished[0] / "results" / "tiny" / "report.html"
    count = (
        "<script>for (const each of document.querySelectorAll('details')) each.open = true;"
        "document.title = [...document.querySelectorAll('.drawn:not([hidden]) > .figure, .plot svg')]"
        ".map((each) => Math.round(each.getBoundingClientRect().width)).join(' ')</script></body>"
    )
    page = tmp_path / "page.html"
    page.write_text(report.read_text().replace("</body>", count))
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
         f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    title = done.stdout.split("<title>")[1].split("</title>")[0]
    widths = [int(width) for width in title.split()]
    assert len(widths) >= 5
    assert min(widths) > 300
    assert "adapted" in done.stdout


@pytest.mark.slow
def test_status_and_report_read_what_was_run(finished: tuple[Path, str]) -> None:
    folder = finished[0]
    state = json.loads(lrstudy(folder, "status", "results/tiny", "--json").stdout)
    assert state["state"] == "ended"
    assert state["runs"]["confirm"] == {"adapted": {"finished": 3}, "fixed": {"finished": 3}}
    report = lrstudy(folder, "report", "results/tiny")
    assert report.returncode == 0, report.stderr
    assert "adapted" in report.stdout


@pytest.mark.slow
def test_the_winners_are_models_that_mlflow_loads_without_lrstudy(finished: tuple[Path, str]) -> None:
    folder, _ = finished
    results = folder / "results" / "tiny"
    done = lrstudy(folder, "register", "results/tiny", "--arm", "nobody", "--as", "digits")
    assert done.returncode == 1
    assert "no model of an arm 'nobody'; those that have one: adapted, fixed" in done.stderr
    done = lrstudy(folder, "register", "results/tiny", "--arm", "adapted", "--as", "digits")
    assert done.returncode == 0, done.stderr
    run = done.stdout.split()[0]

    code = f"""
import sys
sys.modules.update(dict.fromkeys(("trainables", "study", "ray")))
import mlflow, pandas, json
mlflow.set_tracking_uri("sqlite:///{results.parent / "mlflow.db"}")
model = mlflow.pyfunc.load_model("models:/digits/1")
example = model.metadata.load_input_example({str(results / "models" / "adapted")!r})
found = model.predict(pandas.read_json(sys.stdin))
print(json.dumps([len(model.predict(example)), model.metadata.metadata["classes"], found["class"].tolist()]))
"""
    config = pd.read_parquet(results / "records.parquet").set_index("run").loc[[run], "config"].iloc[0]
    images = open_prepared(json.loads(config)["data"]).split("test").images
    asked = pd.DataFrame({"image": [png_in_base64(image) for image in images]})
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=asked.to_json(),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    num, classes, predicted = json.loads(done.stdout.splitlines()[-1])
    assert (num, classes) == (1, ["5", "6", "7"])
    kept = pd.read_parquet(results / "predictions.parquet").set_index("run").loc[run].sort_values("image")
    assert predicted == [classes[index] for index in kept["predicted"]]
    assert {file.name for file in (results / "models" / "adapted").iterdir()} >= {
        "MLmodel", "README.md", "model.json", "model.onnx", "model.pt2", "requirements.txt",
    }  # fmt: skip


@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_and_keeps_what_is_done(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "tiny.yaml").write_text(STUDY)
    process = subprocess.Popen(
        [*LRSTUDY, "run", "tiny.yaml", "-s", "budget.trials=200"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    records = tmp_path / "results" / "tiny" / "journal" / "records.jsonl"
    deadline = time.monotonic() + 120
    while not (records.exists() and len(records.read_text().splitlines()) > 20):
        assert time.monotonic() < deadline, "the study never got going"
        assert process.poll() is None
        time.sleep(0.2)
    process.send_signal(number)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 130, printed
    assert f"stopped ({number.name})" in printed
    table = pd.read_parquet(tmp_path / "results" / "tiny" / "records.parquet")
    assert len(table) >= 20
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'results' / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("lrstudy")
    assert experiment is not None
    states = {r.info.status for r in client.search_runs([experiment.experiment_id], max_results=1000)}
    assert "RUNNING" not in states
    assert "KILLED" in states


def test_mistakes_are_one_sentence_each_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        STUDY.replace("trials: 3", "trials: 0").replace("recipe: fixed_rate", "recipe: x")
    )
    done = lrstudy(tmp_path, "run", "bad.yaml")
    assert done.returncode == 1
    assert "budget.trials" in done.stderr
    assert "arms.fixed.recipe" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_help_and_version_import_neither_torch_nor_ray() -> None:
    code = (
        "import sys\nfrom study.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('torch', 'ray', 'mlflow', 'pandas', 'optuna') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    version = subprocess.run([*LRSTUDY, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("lrstudy ")


@pytest.mark.faults
def test_a_study_that_asks_for_more_than_there_is_may_be_started_again(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(STUDY)
    for _ in range(2):
        done = lrstudy(tmp_path, "run", "tiny.yaml", "-s", "resources.cpus=999")
        assert done.returncode == 1
        assert "asks for 999 CPUs" in done.stderr
        assert "Traceback" not in done.stderr

"""A trial scheduler of the user's own and a table instead of MLflow, through the real command line."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from study.trial_schedulers.registry import ALLOWED
from tests.support.tiny_study import STUDY, lrstudy

OWN = """
from study.trial_schedulers.base import Decision, TrialScheduler

class FirstOnly(TrialScheduler):
    "Lets the first trial of a search go on, and stops the others at their first judged epoch from the second on."

    def __init__(self, *, max_epochs, grace_period):
        assert (max_epochs, grace_period) == (4, 2)
        self.grace_period = grace_period

    def decide(self, trial, peers):
        late = trial.judged[-1][0] >= self.grace_period
        return Decision(stop=late and any(peer.num_epochs == 4 for peer in peers), why="one is enough")
"""

FEW = ["search.grace_period=2", "search.algorithm=random", "selection.seeds=0", "confirm.seeds=0",
       "resources.cpus=2", "model.weights=none", "model.architecture=small_resnet", "arms.adapted.recipe=head_restarts",
       "arms.fixed.recipe=head_fixed"]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tiny.yaml").write_text(STUDY)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "own_stopping.py").write_text(OWN)
    (tmp_path / "modules" / "mlflow.py").write_text("raise ImportError('it was asked for')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "modules"))
    return tmp_path


def named(name: str) -> list[str]:
    return [word for each in (*FEW, f"search.trial_scheduler={name}") for word in ("-s", each)]


@pytest.mark.slow
def test_a_trial_scheduler_of_the_users_own_stops_trials_and_a_table_shows_them_without_mlflow(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = lrstudy(folder, "run", "tiny.yaml", *named("own_stopping:FirstOnly"), "-s", "tracking.csv=tables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{folder / 'tables' / 'tiny.csv'}   every run, by its tracker" in done.stdout
    results = folder / "results" / "tiny"
    last = pd.read_parquet(results / "records.parquet").groupby("run").tail(1).set_index("run")
    assert last["status"].to_dict() == {
        f"{arm}-000{number}": "stopped" if number else "finished"
        for arm in ("adapted", "fixed")
        for number in range(3)
    }
    assert last.loc["fixed-0001", "epoch"] == 2
    assert "fixed-0001 is stopped after epoch 2: one is enough" in (results / "lrstudy.log").read_text()
    resolved = yaml.safe_load((results / "study.yaml").read_text())
    assert resolved["search"]["trial_scheduler"] == "own_stopping:FirstOnly"
    table = pd.read_csv(folder / "tables" / "tiny.csv").set_index("run")
    assert table["status"].iloc[-1] == "FINISHED"
    ends = table[table["status"].isin(("finished", "stopped"))]["status"].to_dict()
    assert ends == last["status"].to_dict()
    assert not (folder / "results" / "mlflow.db").exists()
    # where the module is not, the study can be read, but not gone on with
    monkeypatch.delenv("PYTHONPATH")
    assert lrstudy(folder, "report", "results/tiny").returncode == 0
    refused = lrstudy(folder, "resume", "results/tiny")
    assert refused.returncode == 1
    assert "search.trial_scheduler: 'own_stopping:FirstOnly' can't be imported" in refused.stderr


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("own_stoping:FirstOnly", "'own_stoping:FirstOnly' can't be imported (No module named 'own_stoping')"),
        ("own_stopping:Decision", "'own_stopping:Decision' does not fit; a class that derives from study.trial_sched"),
        ("halving", f"'halving' is not allowed; {ALLOWED}"),
    ],
)  # fmt: skip
def test_one_that_does_not_fit_is_refused_before_anything_is_made(folder: Path, name: str, why: str) -> None:
    for command in ("run", "plan"):
        done = lrstudy(folder, command, "tiny.yaml", *named(name))
        assert done.returncode == 1
        assert f"search.trial_scheduler: {why}" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (folder / "results").exists()

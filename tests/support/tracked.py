"""A study's journal that grows by hand, and what MLflow has of it."""

import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.results.events import Event, EventLog
from study.results.folder import Results
from study.results.journal import Journal
from study.spec.study_file import StudySpec, load_spec
from study.tracking.mlflow_tracker.run_descriptions import STUDY_ID
from study.tracking.mlflow_tracker.sync import MlflowSync
from trainables.record import EpochRecord, RunInfo, without_epoch

CONFIG = {
    "lr": 0.01, "recipe": "fixed_rate", "architecture": "small_resnet", "data": "d" * 32, "seed": 0, "note": "x" * 7000,
}  # fmt: skip


def info(run: str = "fixed-0001") -> RunInfo:
    return RunInfo(
        study="s", arm="fixed", stage="search", run=run, seed=0, architecture="small_resnet", recipe="fixed_rate",
        overall=False, config={},
    )  # fmt: skip


def record(epoch: int, **values: Any) -> EpochRecord:
    base = {
        "epoch": epoch, "phase": "all", "cycle": 0, "cycle_ended": False, "judged": True, "status": "running",
        "rates": {"stem": 0.001, "head": 0.01}, "num_steps": 3, "body_passes": 9, "val_objective": 0.1 * epoch,
        "train_loss": 1.0,
    }  # fmt: skip
    return EpochRecord(**{**base, **values})


def spec(folder: Path, uri: str | None, *, tracking: str = "") -> StudySpec:
    file = folder / "s.yaml"
    section = f"uri: '{uri}'" if uri else tracking
    file.write_text(
        f"name: s\ndata: {{target: {{digits: true}}}}\narms: {{fixed: {{recipe: fixed_rate}}}}\n"
        f"compare: {{reference: fixed}}\ntracking: {{{section}}}\n"
    )
    return load_spec(file)


class Study:
    """A results folder that grows as a study's does; nothing is trained."""

    def __init__(
        self, folder: Path, uri: str | None = None, *, study_id: str = "5" * 32, tracking: str = ""
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.results = Results(folder=folder / "results" / "s")
        self.spec = spec(folder, uri, tracking=tracking)
        self.results.journal.mkdir(parents=True)
        self.journal = Journal(self.results.journal)
        self.events = EventLog(self.results.events)
        self.metadata = RunMetadata(
            study_id=study_id, versions={"python": "3.11"}, data_key="d" * 32, commit="abc",
            counts={"train": (4, 4), "val": (2, 2), "test": (2, 2)}, classes=("a", "b"),
        )  # fmt: skip
        self.metadata.write(self.results.run_metadata)

    def begin(self, run: str) -> None:
        self.events.append(Event(kind="asked", at=0.0, run=run, arm="fixed", stage="search", config=CONFIG))

    def write(self, run: str, *records: EpochRecord) -> None:
        for each in records:
            self.journal.write(replace(info(run), config=CONFIG), each)

    def whole_run(self, run: str, *, epochs: int = 3, status: str = "finished") -> None:
        self.begin(run)
        self.write(run, *(record(epoch) for epoch in range(1, epochs)))
        last = record(epochs, status=status, objective=0.1 * epochs)
        self.write(run, last if status == "finished" else without_epoch(status, epochs=epochs - 1))  # type: ignore[arg-type]

    def end(self, **more: Any) -> None:
        replace(self.metadata, **{"ended": "now", **more}).write(self.results.run_metadata)

    def mlflow(self, *, is_running: bool = True) -> MlflowSync:
        return MlflowSync(self.results, self.spec, is_running=is_running)

    def close(self) -> None:
        self.journal.close()
        self.events.close()

    def runs(self, uri: str = "") -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from mlflow.tracking import MlflowClient

            client = MlflowClient(tracking_uri=uri or f"sqlite:///{self.results.folder.parent / 'mlflow.db'}")
            experiment = client.get_experiment_by_name("lrstudy")
            mine = f"tags.`{STUDY_ID}` = '{self.metadata.study_id}'"
            found = client.search_runs([experiment.experiment_id], mine, max_results=1000)
        assert max(Counter(run.info.run_name for run in found).values()) == 1, "every run is there once"
        self.client = client
        return {run.info.run_name: run for run in found}

    def history(self, run: Any, key: str = "val/objective") -> list[tuple[int, float]]:
        return [(m.step, round(m.value, 6)) for m in self.client.get_metric_history(run.info.run_id, key)]


def send_all(sync: MlflowSync) -> None:
    while sync.send():
        pass


def an_answer(*, difference: float = 0.1) -> dict[str, Any]:
    """Return what `answer.json` has of a study of two arms, of which adapted is better."""
    return {
        "version": 1,
        "study": "s",
        "verdict": "Use adapted: better than fixed by 0.040 to 0.160.",
        "reference": "fixed",
        "arms": {
            "adapted": {"test_mean": 0.9, "seconds_a_run": 2.0, "probability_best": 0.98},
            "fixed": {"test_mean": 0.8, "seconds_a_run": 3.0, "probability_best": 0.02},
        },
        "contrasts": [
            {
                "arm": "adapted",
                "reference": "fixed",
                "architecture": None,
                "verdict": "arm",
                "difference": difference,
                "low": 0.04,
                "high": 0.16,
                "interval_confidence": 0.95,
                "pairs": 5,
            }
        ],
        "decision": {"arm": "adapted"},
        "costs": {"wall_seconds": 600.0, "money": None},
        "warnings": ["The split is small | very."],
        "next": {
            "step": "extend",
            "arm": "adapted",
            "seeds": 7,
            "chance": 0.8,
            "seconds": 60.0,
            "money": None,
        },
    }

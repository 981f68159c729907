"""The lines `gpu_sharing`: their study files, and what is made of the studies' seconds; no study is run."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
import yaml

from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.harness.study_run import StudyRun
from benchmarks.lines import gpu_sharing
from study.spec.study_file import load_spec

GPU = torch.device("cuda")


@pytest.mark.parametrize("at_once", [1, 8])
def test_the_studies_differ_in_the_share_alone(few_images: Settings, at_once: int, tmp_path: Path) -> None:
    study = gpu_sharing.study_of(few_images, device=GPU, at_once=at_once)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    spec = load_spec(tmp_path / "study.yaml")
    assert (spec.resources.cpus, spec.resources.gpus) == (1, 1 / at_once)
    assert (spec.selection.seeds, spec.confirm.seeds, spec.search.algorithm) == (0, 0, "random")
    alone = gpu_sharing.study_of(few_images, device=GPU, at_once=1)
    assert all(study[key] == alone[key] for key in study.keys() - {"resources"})


class StandIn(StudyRun):
    """Two runs, two epochs each."""

    lr, end = 0.1, "finished"

    @property
    def records(self) -> pd.DataFrame:
        configs = [json.dumps({"lr": self.lr, "num_threads": self.num_concurrent_trials})] * 4
        statuses = ["running", "running", "finished", self.end]
        return pd.DataFrame({"run": ["a-0", "b-0"] * 2, "config": configs, "status": statuses})


def run_studies(
    monkeypatch: pytest.MonkeyPatch,
    *,
    rates: Mapping[int, float],
    trials: int | None = None,
    end_of_four: str = "finished",
) -> None:
    """Have every study search for 12 seconds over its trials at once, with a rate that depends on those."""

    def run_study(_: Settings, study: Mapping[str, Any], **environment: str) -> StudyRun:
        assert environment == {"CUDA_VISIBLE_DEVICES": "3"}
        at_once = int(1 / Fraction(study["resources"]["gpus"]))
        monkeypatch.setattr(StandIn, "lr", rates[at_once])
        monkeypatch.setattr(StandIn, "end", end_of_four if at_once == 4 else "finished")
        seconds = {"search": 12 / at_once, "confirm": 99.0}
        return StandIn(
            results=Path(), wall_seconds=99.0, stage_seconds=seconds, num_concurrent_trials=trials or at_once
        )

    monkeypatch.setattr(gpu_sharing, "run_study", run_study)
    monkeypatch.setattr(gpu_sharing, "name_of", lambda device: "a GPU")
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,4")


def test_a_trial_takes_the_searchs_seconds_over_the_trials(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_studies(monkeypatch, rates={1: 0.1, 4: 0.1})
    found = gpu_sharing.measure(few_images, device=GPU, at_once=4)
    assert (found.ratio, found.ours, found.theirs) == (4.0, 1.5, 6.0)


def test_other_runs_and_another_number_at_once_are_refused(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_studies(monkeypatch, rates={1: 0.1, 4: 0.2})
    with pytest.raises(RuntimeError, match="the studies did not train the same: a-0, b-0"):
        gpu_sharing.measure(few_images, device=GPU, at_once=4)
    run_studies(monkeypatch, rates={1: 0.1, 4: 0.1}, end_of_four="out_of_memory")
    with pytest.raises(RuntimeError, match="the studies did not train the same: b-0"):
        gpu_sharing.measure(few_images, device=GPU, at_once=4)
    run_studies(monkeypatch, rates={1: 0.1, 4: 0.1}, trials=2)
    with pytest.raises(RuntimeError, match="2 trials ran at once, not"):
        gpu_sharing.measure(few_images, device=GPU, at_once=4)


def test_more_trials_at_once_than_cpus_are_not_measured(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(NotMeasurableError, match="needs 8 CPUs for as many trials at once, and there are 2"):
        gpu_sharing.measure(few_images, device=GPU, at_once=8)

"""A study of the benchmarks, run by the command line in a process of its own."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks.harness.own_run import BATCH_SIZE
from benchmarks.harness.settings import Settings


@dataclass(frozen=True, kw_only=True)
class StudyRun:
    """What a study took.

    Attributes:
        results: Its folder.
        wall_seconds: Of the whole process, from the command to its end.
        stage_seconds: By stage.
        num_concurrent_trials: Trials at once.
    """

    results: Path
    wall_seconds: float
    stage_seconds: Mapping[str, float]
    num_concurrent_trials: int

    @property
    def records(self) -> pd.DataFrame:
        """Every epoch of every run."""
        return pd.read_parquet(self.results / "records.parquet")


def both_arms(name: str, images: Path, *, trials: int, epochs: int, width: int) -> dict[str, Any]:
    """Return a study that searches the adaptation and the fixed rate at random, and confirms nothing."""
    return {
        "name": name,
        "data": {"target": {"folder": str(images)}},
        "model": {"architecture": "small_resnet", "width": width},
        "training": {"batch_size": BATCH_SIZE},
        "arms": {"adapted": {"recipe": "adaptation"}, "fixed": {"recipe": "fixed_rate"}},
        "budget": {"trials": trials, "epochs": epochs},
        "search": {"algorithm": "random"},
        "selection": {"seeds": 0},
        "confirm": {"seeds": 0},
        "compare": {"reference": "fixed"},
    }


def run_study(settings: Settings, study: Mapping[str, Any], **environment: str) -> StudyRun:
    """Run a study anew, with a cache that has nothing in it; what an earlier one of its name left is removed.

    Args:
        settings: Where things are.
        study: The study file's keys and values.
        environment: What its process has in its environment beside what this one has.

    Raises:
        RuntimeError: If it fails; with what it printed.
    """
    folder = settings.work / str(study["name"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "study.yaml").write_text(yaml.safe_dump(dict(study), sort_keys=False))
    begun = time.perf_counter()
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lrstudy"), "run", "study.yaml"],
        cwd=folder, capture_output=True, text=True, check=False,
        env=settings.environment(LRSTUDY_CACHE=str(folder / "cache"), **environment),
    )  # fmt: skip
    wall = time.perf_counter() - begun
    if done.returncode != 0:
        raise RuntimeError(f"the study {study['name']} failed:\n{done.stdout}\n{done.stderr}")
    results = folder / "results" / str(study["name"])
    metadata = json.loads((results / "run.json").read_text())
    return StudyRun(
        results=results,
        wall_seconds=wall,
        stage_seconds=metadata["stages"],
        num_concurrent_trials=metadata["num_slots"],
    )

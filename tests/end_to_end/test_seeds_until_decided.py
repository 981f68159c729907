"""A real study whose seeds are added until it is decided: interrupted between looks, resumed, extended."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from analysis import compare, load_study
from tests.support.tiny_study import LRSTUDY, lrstudy

pytestmark = pytest.mark.slow

UNTIL_DECIDED = """
name: tiny
data: {target: {digits: true, classes: [5, 6, 7], train_per_class: 20}}
model: {architecture: small_resnet, weights: none, width: 4}
training: {batch_size: 16, augment: crop}
arms:
  adapted: {recipe: adaptation, search: {lr: {log_uniform: [1e-2, 0.3]}}}
  fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-2, 0.3]}}}
budget: {trials: 1, epochs: 4}
selection: {seeds: 0}
confirm: {seeds: {min: 2, max: 6}, until: decided}
compare: {reference: fixed, margin: 0.0001}
tracking: {csv: tables}
"""
"""Little is searched: what is tried comes with the confirmation."""


def looks(folder: Path) -> list[dict[str, Any]]:
    path = folder / "results" / "tiny" / "run.json"
    return json.loads(path.read_text()).get("looks", []) if path.exists() else []


def test_looks_are_made_as_planned_whatever_happens_between_them(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(UNTIL_DECIDED)
    with subprocess.Popen(
        [*LRSTUDY, "run", "tiny.yaml"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as first:
        deadline = time.monotonic() + 600
        while not looks(tmp_path) and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        first.send_signal(signal.SIGINT)
        printed = first.communicate(timeout=120)[0]
    assert "Look after 2 seeds: adapted not decided yet; more seeds for adapted, fixed" in printed
    before = looks(tmp_path)
    assert [look["num_seeds"] for look in before] == [2]
    resumed = lrstudy(tmp_path, "resume", "results/tiny")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert looks(tmp_path)[0] == before[0]
    study = load_study(tmp_path / "results" / "tiny")
    # with a margin of a ten-thousandth and two spaces that are much alike nothing is decided before the end
    assert study.metadata.planned_looks == (2, 3, 5, 6)
    made = tuple(look.num_seeds for look in study.metadata.looks)
    assert made == study.metadata.planned_looks[: len(made)]
    contrast = compare(study).contrasts[0]
    assert contrast.looks.num_seeds == made
    assert contrast.looks.planned == (2, 3, 5, 6)
    assert contrast.finals.num_pairs == made[-1]
    assert study.metadata.looks[-1].going_on == ()
    assert study.metadata.looks[-1].verdicts == {"adapted": contrast.final_result.verdict}
    extended = lrstudy(tmp_path, "extend", "results/tiny", "--seeds", "2")
    assert extended.returncode == 0, extended.stdout + extended.stderr
    after = compare(load_study(tmp_path / "results" / "tiny")).contrasts[0]
    assert after.looks.num_seeds == (*made, made[-1] + 2)
    assert after.finals.num_pairs == made[-1] + 2
    assert json.loads((tmp_path / "results" / "tiny" / "run.json").read_text())["looks"][0] == before[0]

"""A sample of the tries of `benchmarks.experiments.fuzz_study_files`, another one of each kind of value."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.experiments.fuzz_study_files import attempt, tries

REPOSITORY = Path(__file__).resolve().parents[3]
EVERY = 131


def test_no_value_of_any_key_is_a_traceback(tmp_path):
    chosen = list(tries())[::EVERY]
    assert len(chosen) > 50
    assert [found for key, value in chosen if (found := attempt(key, value, tmp_path))] == []


@pytest.mark.slow
def test_what_the_reader_takes_is_planned_within_seconds_and_a_gigabyte():
    command = [sys.executable, "-m", "benchmarks.experiments.fuzz_plans", "--every", "1009"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout
    assert " 0 neither planned nor refused" in done.stdout

"""`make test` with stand-ins for the programs that it runs: all of them run, and one that fails is its status."""

import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def checked(folder: Path, *failing: str) -> subprocess.CompletedProcess[str]:
    """Run `make test` where ruff, mypy and python print their names and arguments, and those that are named fail."""
    shutil.copy(MAKEFILE, folder)
    commands = folder / "venv" / "bin"
    commands.mkdir(parents=True)
    waiting = {"python": "sleep 0.5", "mypy": "", "ruff": ""}
    for name, wait in waiting.items():
        (commands / name).write_text(f'#!/bin/sh\n{wait}\necho "{name} $*"\nexit {int(name in failing)}\n')
        (commands / name).chmod(0o755)
    command = [
        "make",
        "--no-print-directory",
        "test",
        "VENV=venv",
        f"PYTHON={shutil.which('true')}",
        "PYTEST_ARGS=-q",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_all_checks_run_and_the_summary_of_pytest_ends_the_output(tmp_path):
    done = checked(tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ruff check .", "ruff format --check .", "", "mypy: mypy ", "python -m pytest -m not faults -q",
    ]  # fmt: skip


@pytest.mark.parametrize("failing", ["ruff", "mypy", "python"])
def test_one_check_that_fails_fails_and_the_others_run(tmp_path, failing):
    done = checked(tmp_path, failing)
    assert done.returncode != 0
    for said in ("ruff format --check .", "mypy ", "python -m pytest -m not faults -q"):
        assert done.stdout.count(said) == 1


def test_what_mypy_finds_is_printed_after_the_summary_of_pytest(tmp_path):
    lines = checked(tmp_path, "mypy").stdout.splitlines()
    assert lines[-3:] == ["python -m pytest -m not faults -q", "mypy:", "mypy "]

"""`lrstudy status`: say how far a study is."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from study.commands._arguments import path_argument
from trainables.record import STAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Print runs by stage, arm and state."""
    state = study_state(arguments.folder.expanduser())
    print(json.dumps(state, indent=2) if arguments.json else "\n".join(_lines(state)))
    return 0


def study_state(folder: Path) -> dict[str, Any]:
    """Return whether the study is running, and how many runs of each stage and arm are in which state.

    Raises:
        StudyError: If the folder holds no study.
    """
    from analysis.loading.run_metadata import RunMetadata
    from study.results.folder import open_results
    from study.results.journal import read_records

    results = open_results(folder)
    last: dict[str, dict[str, Any]] = {}
    for row in read_records(results.journal):
        last[row["run"]] = row
    counts: dict[str, dict[str, Counter[str]]] = {}
    running = results.is_running()
    for row in last.values():
        if row["status"] == "running" and not running:
            row["status"] = "interrupted"
        counts.setdefault(row["stage"], {}).setdefault(row["arm"], Counter())[row["status"]] += 1
    metadata = RunMetadata.read(results.run_metadata)
    ended = metadata.ended is not None and not metadata.stopped_early
    return {
        "study": folder.name,
        "state": "running" if running else "ended" if ended else "interrupted",
        "runs": {s: {a: dict(c) for a, c in counts[s].items()} for s in STAGES if s in counts},
    }


def _lines(state: dict[str, Any]) -> list[str]:
    lines = [f"{state['study']}: {state['state']}"]
    for stage, arms in state["runs"].items():
        for arm, counts in arms.items():
            found = ", ".join(f"{count} {status}" for status, count in counts.items())
            lines.append(f"  {stage:<10} {arm:<12} {found}")
    return lines if state["runs"] else [*lines, "  no run has reported yet"]

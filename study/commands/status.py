"""`lrstudy status`: say how far a study is."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from study.commands.shared.arguments import path_argument
from trainables.record import STAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    parser.add_argument("--json", action="store_true", help="print JSON (docs/json.md)")


def execute(arguments: argparse.Namespace) -> int:
    """Print runs by stage, arm and state, each arm's best, what the latest report says, and what to do next."""
    state = study_state(arguments.folder.expanduser())
    print(json.dumps(state, indent=2) if arguments.json else "\n".join(_lines(state)))
    return 0


def study_state(folder: Path) -> dict[str, Any]:
    """Return whether the study is running, its runs by stage, arm and state, its answer, and what to do next.

    docs/json.md says what each key means.

    Raises:
        StudyError: If the folder holds no study.
    """
    from analysis.loading.run_metadata import RunMetadata
    from analysis.report.version import VERSION
    from study.results.answer import latest_answer, next_commands
    from study.results.folder import open_results
    from study.results.journal import read_records

    results = open_results(folder)
    last: dict[str, dict[str, Any]] = {}
    best: dict[str, float] = {}
    running = results.is_running()
    for row in read_records(results.journal):
        last[row["run"]] = row
        value = row["objective"] if row["stage"] == "search" and row["status"] == "finished" else None
        if value is not None:
            best[row["arm"]] = max(value, best.get(row["arm"], value))
    counts: dict[str, dict[str, Counter[str]]] = {}
    for row in last.values():
        if row["status"] == "running" and not running:
            row["status"] = "interrupted"
        counts.setdefault(row["stage"], {}).setdefault(row["arm"], Counter())[row["status"]] += 1
    metadata = RunMetadata.read(results.run_metadata)
    ended = metadata.ended is not None and not metadata.stopped_early
    state = "running" if running else "ended" if ended else "interrupted"
    answer = None if running else latest_answer(results)
    following = _NOTHING if answer is None else {key: answer["next"][key] for key in _NOTHING}
    if state == "interrupted":
        following = {**_NOTHING, "step": "resume"}
    commands = [command for command, _ in next_commands(following, results)]
    return {
        "version": VERSION,
        "study": folder.name,
        "folder": str(results.folder.absolute()),
        "state": state,
        "started": metadata.started,
        "ended": metadata.ended,
        "wall_seconds": metadata.wall_seconds,
        "runs": {s: {a: dict(c) for a, c in counts[s].items()} for s in STAGES if s in counts},
        "best_so_far": best,
        "answer": answer,
        "next": {**following, "commands": commands},
    }


_NOTHING: dict[str, Any] = dict.fromkeys(("step", "arm", "seeds", "chance", "seconds", "money"))
_NOTHING["step"] = "none"


def _lines(state: dict[str, Any]) -> list[str]:
    lines = [f"{state['study']}: {state['state']}"]
    for stage, arms in state["runs"].items():
        for arm, counts in arms.items():
            found = ", ".join(f"{count} {status}" for status, count in counts.items())
            lines.append(f"  {stage:<10} {arm:<12} {found}")
    if not state["runs"]:
        lines.append("  no run has reported yet")
    lines += [f"  best so far (validation): {arm} {value:.3f}" for arm, value in state["best_so_far"].items()]
    return [*lines, *(f"  next: {command}" for command in state["next"]["commands"])]

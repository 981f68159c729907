"""Where the seconds of a study went, and those of a traced step of each arm."""

import json
from pathlib import Path

import pandas as pd

from analysis.findings.ledger import overhead
from analysis.loading.study_data import Evidence

STUDY_PARTS = ("training", "features", "range test", "validation", "no trial at work")
STEP_PARTS = ("forward", "backward", "optimizer", "batches", "rest of the loop")


def study_seconds(evidence: Evidence) -> pd.DataFrame:
    """Return one row a stage whose wall time is known, in its order: seconds of all slots, by `STUDY_PARTS`.

    What is left of slots x wall time is start-up, waiting and idle slots: no trial was at work.
    """
    rows = {}
    for _, stage in overhead(evidence).iterrows():
        if stage["stage"] == "all":
            continue
        runs = evidence.runs[evidence.runs["stage"] == stage["stage"]]
        work = [
            float(runs[f"{part}_seconds"].sum())
            for part in ("training", "features", "range_test", "validation")
        ]
        rows[stage["stage"]] = [*work, max(0.0, stage["slot_seconds"] - sum(work))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(STUDY_PARTS))


def step_seconds(folder: Path) -> pd.DataFrame:
    """Return one row an arm of which `folder` has a trace: mean seconds of its steps, by `STEP_PARTS`.

    The profiler makes them longer. A trace that can't be read, since its writer was killed, is left out.
    """
    rows = {}
    for file in sorted(folder.glob("*.json")):
        try:
            found = json.loads(file.read_text())
            rows[file.stem] = {part: found["seconds"][part] / found["num_steps"] for part in STEP_PARTS}
        except (OSError, ValueError, KeyError, ZeroDivisionError):
            continue
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(STEP_PARTS))

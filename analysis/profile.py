"""Where the seconds of a study went, and those of an epoch of each arm that was traced."""

import json
from pathlib import Path

import pandas as pd

from analysis.evidence import Evidence
from analysis.ledger import overhead

STUDY_PARTS = ("training", "features", "range test", "validation", "no trial at work")
EPOCH_PARTS = ("forward", "backward", "optimizer", "batches", "rest of the loop", "validation")


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


def epoch_seconds(folder: Path) -> pd.DataFrame:
    """Return one row an arm of which `folder` has a trace, by `EPOCH_PARTS`; the profiler slows it."""
    traced = {file.stem: json.loads(file.read_text())["seconds"] for file in sorted(folder.glob("*.json"))}
    return pd.DataFrame.from_dict(traced, orient="index", columns=list(EPOCH_PARTS))

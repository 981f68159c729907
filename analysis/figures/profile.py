"""The profile of a study whose steps were traced: its seconds by stage, and those of a step of each arm."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.bars import stack_bars
from analysis.figures.style import COLOURS, new_figure
from analysis.findings.ledger import overhead
from analysis.loading.study_data import StudyData

GREY = "#d0d0d0"
FILE = "profile.png"
STUDY_PARTS = ("training", "features", "range test", "validation", "no trial at work")
STEP_PARTS = ("forward", "backward", "optimizer", "batches", "rest of the loop")


def write_profile(data: StudyData, folder: Path) -> Path | None:
    """Draw `profile.png` into a folder of traces; None where there are none."""
    steps = step_seconds(folder)
    if steps.empty:
        return None
    draw_profile(study_seconds(data), steps).savefig(folder / FILE)
    return folder / FILE


def draw_profile(stages: pd.DataFrame, steps: pd.DataFrame) -> Figure:
    """Draw both tables as stacked bars, one above the other.

    Args:
        stages: From `study_seconds`.
        steps: From `step_seconds`.
    """
    heights = [1.6 + 0.4 * len(stages), 1.6 + 0.4 * len(steps)]
    figure = new_figure(height_inches=sum(heights))
    upper, lower = figure.subplots(2, 1, gridspec_kw={"height_ratios": heights})
    _stack(
        upper,
        stages,
        greyed=list(stages.columns[-1:]),
        title="The study: concurrent trials x wall time, by stage",
    )
    _stack(lower, steps, greyed=[], title="A step of a search trial of each arm (traced, which slows it)")
    return figure


def study_seconds(data: StudyData) -> pd.DataFrame:
    """Return one row a stage whose wall time is known, in its order: seconds of concurrent trials, by `STUDY_PARTS`.

    What is left of concurrent trials x wall time is start-up, waiting and idle places: no trial was at work.
    """
    rows = {}
    for _, stage in overhead(data).iterrows():
        if stage["stage"] == "all":
            continue
        runs = data.runs[data.runs["stage"] == stage["stage"]]
        work = [
            float(runs[f"{part}_seconds"].sum())
            for part in ("training", "features", "range_test", "validation")
        ]
        rows[stage["stage"]] = [*work, max(0.0, stage["trial_seconds"] - sum(work))]
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


def _stack(axes: Axes, table: pd.DataFrame, *, greyed: Sequence[str], title: str) -> None:
    colours = {part: COLOURS[number % len(COLOURS)] for number, part in enumerate(table.columns)}
    colours |= dict.fromkeys(greyed, GREY)
    stack_bars(
        axes, table, parts={part: (part, colour) for part, colour in colours.items()}, xlabel="seconds"
    )
    axes.set_title(title, loc="left", fontsize=10, pad=24)
    axes.legend(
        frameon=False, ncols=len(table.columns), loc="lower left", bbox_to_anchor=(0, 0.98), fontsize=8
    )

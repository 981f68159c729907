"""Where the seconds went: a study's by stage, and a traced step's by arm."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.bars import stack_bars
from analysis.figures.style import COLOURS, new_figure
from analysis.findings.profile import step_seconds, study_seconds
from analysis.loading.study_data import Evidence

GREY = "#d0d0d0"
FILE = "profile.png"


def write_profile(evidence: Evidence, folder: Path) -> Path | None:
    """Draw `profile.png` into a folder of traces; None where there are none."""
    steps = step_seconds(folder)
    if steps.empty:
        return None
    draw_profile(study_seconds(evidence), steps).savefig(folder / FILE)
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
    _stack(upper, stages, greyed=list(stages.columns[-1:]), title="The study: slots x wall time, by stage")
    _stack(lower, steps, greyed=[], title="A step of a search trial of each arm (traced, which slows it)")
    return figure


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

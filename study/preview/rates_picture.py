"""The picture of a plan: every depth group's rate over time, a panel an arm."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib import colormaps

from analysis.figures.drawn_text import PlainFigure, drawn
from study.preview.rates import RateTable


def draw_rates(tables: tuple[RateTable, ...], path: Path) -> None:
    """Draw every arm's rates over time, a panel an arm, to a PNG."""
    figure = PlainFigure(figsize=(9, 2.8 * len(tables)), layout="constrained")
    axes = figure.subplots(len(tables), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for axis, table in zip(axes, tables, strict=True):
        colours = colormaps["viridis"](
            [0.9 * i / max(1, len(table.groups) - 1) for i in range(len(table.groups))]
        )
        times = [step / table.points for step in range(len(table.rates))]
        for index, (group, colour) in enumerate(zip(table.groups, colours, strict=True)):
            values = [row[index] if row[index] > 0 else float("nan") for row in table.rates]
            labelled = index in (0, len(table.groups) - 1)
            axis.plot(times, values, color=colour, label=drawn(group) if labelled else None, linewidth=1.2)
        for end in table.cycle_ends:
            axis.axvline(end, color="0.85", linewidth=0.8, zorder=0)
        axis.set_yscale("log")
        axis.set_title(f"{drawn(table.arm)}: {_described(table.config)}", loc="left", fontsize=9)
        axis.set_ylabel(table.unit, fontsize=8)
        axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=8)
    peaks = [rate for table in tables for row in table.at_first_steps() for rate in row if rate]
    axes[0].set_ylim(min(*peaks, max(peaks) / 1e3) / 2, 2 * max(peaks))
    axes[-1].set_xlabel("epochs (grey lines: a cycle ends)")
    figure.savefig(path, format="png", dpi=120)


def _described(config: Mapping[str, Any]) -> str:
    shown = ("architecture", "lr", "stem_to_head", "cycle_len", "cycle_mult")
    return ", ".join(
        f"{key} {config[key]:.3g}" if isinstance(config[key], float) else f"{key} {config[key]}"
        for key in shown
        if key in config
    )

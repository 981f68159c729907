"""Learning curves of the confirmation runs against what they cost."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import (
    are_distinct,
    colours_of,
    label_point,
    new_figure,
    spread_labels,
    style_axes,
)
from analysis.wording import number_format as fmt

name = "learning_curves"
section = "confirmation"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "Learning curves of the confirmation"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen; many arms have a panel each."""
    return (
        "Validation objective at the end of every epoch against what the run cost. Thin: one seed. "
        "Thick: mean over the seeds that finished, as far as all of them went. Dots: cycle ends. Dashed: the "
        "reference's mean final value."
        + ("" if are_distinct(colours_of(comparison)) else " Grey: the reference's mean.")
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    ends = mean_curve(table).drop_duplicates("arm", keep="last")
    listed = [
        f"{arm} ends at {fmt.fraction(value)} after {fmt.seconds(seconds)} s"
        for arm, value, seconds in zip(ends["arm"], ends["value"], ends["seconds"], strict=True)
    ]
    return f"Curves of the validation objective against seconds. Means: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return every validation measurement of the overall winners' confirmation runs.

    Columns: `arm`, `run`, `epoch`, `seconds`, `value`, `cycle_ended`, `finished` (of the run).
    """
    records = comparison.data.records
    confirmed = records[(records["stage"] == "confirm") & records["overall"].astype(bool)]
    finished = set(confirmed.loc[confirmed["status"] == "finished", "run"])
    curves = confirmed[["arm", "run", "epoch", "cycle_ended"]].assign(
        seconds=confirmed["cost_seconds"],
        value=confirmed["val_objective"],
        finished=confirmed["run"].isin(finished),
    )
    return curves.dropna(subset=["value"]).reset_index(drop=True)


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw all curves into one plot, or a panel for each arm where they have not all a colour of their own."""
    colours = colours_of(comparison)
    draw_all = _draw_together if are_distinct(colours) else _draw_panels
    return draw_all(table, comparison=comparison, colours=colours)


def mean_curve(curves: pd.DataFrame) -> pd.DataFrame:
    """Return, by arm and epoch, the means of `seconds` and `value` over the finished runs.

    Only at epochs that all the arm's finished runs were evaluated at. `cycle_ended` where it did in all.
    """
    finished = curves[curves["finished"]]
    means = finished.groupby(["arm", "epoch"], as_index=False).agg(
        seconds=("seconds", "mean"),
        value=("value", "mean"),
        cycle_ended=("cycle_ended", "all"),
        num_runs=("run", "nunique"),
    )
    of_arm = means["arm"].map(finished.groupby("arm")["run"].nunique())
    return means[means["num_runs"] == of_arm].drop(columns="num_runs").reset_index(drop=True)


def reference_level(comparison: Comparison) -> float | None:
    """Return the mean final validation objective of the reference's overall winner; None without a finished run."""
    arms = comparison.arms
    of_reference = arms[(arms["arm"] == comparison.data.settings.reference) & arms["architecture"].isna()]
    levels = of_reference["val_mean"].dropna()
    return float(levels.iloc[0]) if len(levels) else None


def _draw_together(curves: pd.DataFrame, *, comparison: Comparison, colours: Mapping[str, str]) -> Figure:
    """Draw a thin line a seed, a thick one for the mean with its cycle ends, and the reference's final level."""
    figure = new_figure()
    axes = figure.subplots()
    settings = comparison.data.settings
    means = mean_curve(curves)
    for (arm, _), run in curves.groupby(["arm", "run"]):
        axes.plot(run["seconds"], run["value"], color=colours[str(arm)], linewidth=0.7, alpha=0.45)
    for arm, mean in means.groupby("arm"):
        axes.plot(mean["seconds"], mean["value"], color=colours[str(arm)], linewidth=2.2)
        ends = mean[mean["cycle_ended"]]
        axes.plot(ends["seconds"], ends["value"], "o", color=colours[str(arm)], markersize=6)
    label_ends(axes, means, colours)
    target = reference_level(comparison)
    if target is not None:
        axes.axhline(target, color="#4d4d4d", linestyle=(0, (4, 3)), linewidth=1)
        text = f"{drawn(settings.reference)}'s mean final value"
        axes.annotate(text, (0, target), (4, 3), textcoords="offset points", color="#4d4d4d", fontsize=8)
    axes.set_xlim(left=0, right=1.15 * curves["seconds"].max())
    style_axes(axes, xlabel="seconds that the run cost", ylabel=f"validation {settings.objective_words}")
    return figure


def _draw_panels(curves: pd.DataFrame, *, comparison: Comparison, colours: Mapping[str, str]) -> Figure:
    """Draw every other arm's curves over the reference's mean, on common axes."""
    settings = comparison.data.settings
    reference = settings.reference
    means = mean_curve(curves)
    shown = [arm for arm in colours if (curves["arm"] == arm).any()]
    arms = [arm for arm in shown if arm != reference] or shown
    figure, panels = panel_grid(len(arms))
    level = reference_level(comparison)
    for axes, arm in zip(panels, arms, strict=True):
        behind = means[means["arm"] == reference]
        axes.plot(behind["seconds"], behind["value"], color=colours[reference], linewidth=1.4, alpha=0.6)
        if level is not None:
            axes.axhline(level, color=colours[reference], linestyle=(0, (4, 3)), linewidth=0.8)
        _draw_arm(axes, curves[curves["arm"] == arm], means[means["arm"] == arm], colour=colours[arm])
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    panels[0].set_xlim(left=0)
    figure.supxlabel("seconds that the run cost", fontsize=10)
    figure.supylabel(f"validation {settings.objective_words}", fontsize=10)
    return figure


def _draw_arm(axes: Axes, curves: pd.DataFrame, mean: pd.DataFrame, *, colour: str) -> None:
    for _, run in curves.groupby("run"):
        axes.plot(run["seconds"], run["value"], color=colour, linewidth=0.7, alpha=0.5)
    axes.plot(mean["seconds"], mean["value"], color=colour, linewidth=1.8)
    ends = mean[mean["cycle_ended"]]
    axes.plot(ends["seconds"], ends["value"], "o", color=colour, markersize=3.5)


def label_ends(axes: Axes, means: pd.DataFrame, colours: Mapping[str, str]) -> None:
    """Write every arm's name at the end of its mean curve, apart from each other and inside the axes.

    Args:
        axes: With the curves.
        means: Rows `arm`, `seconds`, `value`; an arm's last one is its end.
        colours: By arm.
    """
    ends = means.drop_duplicates("arm", keep="last")
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    points = list(zip(ends["seconds"], ends["value"], strict=True))
    height = 0.05 * (high - low)
    heights = spread_labels(points, gap=(0.12 * (right - left), height))
    axes.set_ylim(top=max(high, *(at + height for at in heights)))  # matplotlib draws no label outside
    for arm, x, y in zip(ends["arm"], ends["seconds"], heights, strict=True):
        label_point(axes, arm, (x, y), colour=colours[arm], bold=True)

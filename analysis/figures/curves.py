"""Learning curves of the confirmation runs against what they cost."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.style import label_point, new_figure, spread_labels, style_axes
from analysis.loading.study import Study


def curve_table(study: Study) -> pd.DataFrame:
    """Return every validation measurement of the overall winners' confirmation runs.

    Columns: `arm`, `run`, `epoch`, `seconds`, `value`, `cycle_ended`, `finished` (of the run).
    """
    records = study.records
    confirmed = records[(records["stage"] == "confirm") & records["overall"].astype(bool)]
    finished = set(confirmed.loc[confirmed["status"] == "finished", "run"])
    table = confirmed[["arm", "run", "epoch", "cycle_ended"]].assign(
        seconds=confirmed["cost_seconds"],
        value=confirmed["val_objective"],
        finished=confirmed["run"].isin(finished),
    )
    return table.dropna(subset=["value"]).reset_index(drop=True)


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
    of_reference = arms[(arms["arm"] == comparison.evidence.settings.reference) & arms["architecture"].isna()]
    levels = of_reference["val_mean"].dropna()
    return float(levels.iloc[0]) if len(levels) else None


def draw_curves(curves: pd.DataFrame, *, comparison: Comparison, colours: Mapping[str, str]) -> Figure:
    """Draw a thin line a seed, a thick one for the mean with its cycle ends, and the reference's final level."""
    figure = new_figure()
    axes = figure.subplots()
    settings = comparison.evidence.settings
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
    style_axes(axes, xlabel="seconds that the run cost", ylabel=f"validation {_plain(settings.objective)}")
    return figure


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


def _plain(objective: str) -> str:
    return objective.replace("_", " ")

"""Response surfaces over the rate and each other setting, with the trials as points."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.searching.setting_axis import label_setting
from analysis.figures.style import colours_of
from analysis.findings.configurations import shown
from analysis.findings.searching.response_slices import Slice, slice_table
from analysis.wording import number_format as fmt

name = "response_planes"
section = "search"

NUM_HATCHED = 240
"""Points of each side between which hatched cells end."""

MAX_PANELS = 12
"""Planes that are drawn; response_planes.csv has the others, too."""


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "The objective over the rate and the other settings"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    left_out = len(comparison.response_planes) - MAX_PANELS
    return (
        "Expected validation objective over seeds, of a Gaussian process; settings that a panel does not show are "
        "as the best trial has them. Points: the search's trials, in the colour of what they reached; crosses "
        "have no result. "
        "Hatched: extrapolated, outside of the trials or where none is near enough to say much."
        + (f" {left_out} more are in response_planes.csv." if left_out > 0 else "")
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    best = table.loc[table.groupby(["arm", "repeat", "along"])["mean"].idxmax()]
    listed = [
        f"{row['arm']}, {row['across']} and {row['along']}: highest, {fmt.fraction(row['highest'])}, "
        f"at {shown(row['x'])} and {shown(row['y'])}"
        f"{' (extrapolated)' if row['extrapolated'] else ''}"
        for _, row in best.rename(columns={"mean": "highest"}).iterrows()
    ]
    return f"Maps of the expected objective over two settings. {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the planes, see `slice_table`."""
    return slice_table(comparison.response_planes)


def draw(_: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel for each plane, in common colours."""
    planes = comparison.response_planes[:MAX_PANELS]
    low = min(float(each.mean.min()) for each in planes)
    high = max(float(each.mean.max()) for each in planes)
    figure, panels = panel_grid(len(planes), height_inches=3.4, sharex=False, sharey=False)
    images = []
    for axes, plane in zip(panels, planes, strict=True):
        images.append(_draw_plane(axes, plane, limits=(low, max(high, low + 1e-6))))
        arm = plane.outlook.search.arm
        title_panel(axes, arm, colour=colours_of(comparison)[arm], num_panels=len(planes))
        label_setting(axes.xaxis, plane.outlook.search.space, plane.across)
        assert plane.along is not None
        label_setting(axes.yaxis, plane.outlook.search.space, plane.along)
    label = f"validation {comparison.data.settings.objective_words}"
    figure.colorbar(images[0], ax=panels, label=label, fraction=0.05, pad=0.02)
    return figure


def _draw_plane(axes: Axes, plane: Slice, *, limits: tuple[float, float]) -> QuadMesh:
    colours, scale = colormaps["viridis"], Normalize(*limits)
    image = axes.pcolormesh(plane.x, plane.y, plane.mean, shading="nearest", cmap=colours, norm=scale)
    across, along = plane.trials()
    values = plane.outlook.search.trials.values
    lost = ~np.isfinite(values)
    _hatch(axes, plane)
    axes.scatter(
        across[~lost],
        along[~lost],
        c=values[~lost],
        edgecolors="white",
        linewidths=1.2,
        s=36,
        cmap=colours,
        norm=scale,
    )
    axes.plot(across[lost], along[lost], "x", color="white")
    return image


def _hatch(axes: Axes, plane: Slice) -> None:
    """Hatch what is extrapolated, cell by cell as the colours are."""
    ends = [axes.get_xlim(), axes.get_ylim()]
    x, y = (np.linspace(*pair, NUM_HATCHED) for pair in ends)
    columns, rows = (np.abs(fine[:, None] - own).argmin(axis=1) for fine, own in ((x, plane.x), (y, plane.y)))
    marked = plane.extrapolated[np.ix_(rows, columns)].astype(float)
    if marked.any():
        axes.contourf(x, y, marked, levels=[0.5, 1.5], colors=["#ffffff66"], hatches=["////"])

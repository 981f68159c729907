"""A picture of the rules' regrets, a panel a half, a dot a case."""

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from matplotlib.figure import Figure


def draw(halves: Mapping[str, Mapping[str, tuple[float, ...]]], path: Path) -> None:
    """Draw every case's regret and their mean, the rules in the order of the first half's means.

    Args:
        halves: Regrets, as fractions, by half and by rule.
        path: PNG to write.
    """
    first = next(iter(halves.values()))
    names = sorted(first, key=lambda name: fmean(first[name]), reverse=True)
    figure = Figure(figsize=(4.6 * len(halves) + 1.4, 0.32 * len(names) + 1.2), layout="constrained")
    for axis, (half, regrets) in zip(
        figure.subplots(1, len(halves), sharey=True, sharex=True, squeeze=False)[0],
        halves.items(),
        strict=True,
    ):
        for place, name in enumerate(names):
            points = [100 * regret for regret in regrets[name]]
            axis.plot(points, [place] * len(points), "o", color="#0072B2", alpha=0.35, markersize=5, mew=0)
            axis.plot(fmean(points), place, "|", color="#D55E00", markersize=14, mew=2.5)
        axis.set_yticks(range(len(names)), names)
        axis.set_xlabel("regret, points of accuracy (bar: mean)")
        axis.set_title(f"{half} ({len(next(iter(regrets.values())))} cases)", loc="left", fontsize=10)
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
    figure.savefig(path, dpi=120)

"""The picture of range tests: a panel a phase, loss against rate above, what every rule suggests below."""

from pathlib import Path
from textwrap import fill
from typing import Any

from study.preview.find_rates import Found
from trainables.range_test import RULES, Suggestion, combine_by_every_rule, pool

TITLE_WIDTH = 70
BLUE, ORANGE, RED = "#0072B2", "#E69F00", "#D55E00"


def draw_range_tests(found: tuple[Found, ...], path: Path) -> None:
    """Draw the repeats, their pooled curve, the suggestion with its band, and every rule's, to a PNG."""
    from analysis.figures.drawn_text import PlainFigure

    figure = PlainFigure(figsize=(5.6 * len(found) + 1, 6.2), layout="constrained")
    axes = figure.subplots(2, len(found), squeeze=False, sharex="col", gridspec_kw={"height_ratios": (3, 2)})
    for column, f in enumerate(found):
        _draw_curves(axes[0][column], f)
        _draw_rules(axes[1][column], f.suggestion, named=column == 0)
    axes[0][0].set_ylabel("training loss")
    shown = {
        label: handle
        for axis in axes[0]
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown), frameon=False, fontsize=8
    )
    figure.savefig(path, format="png", dpi=120)


def _draw_curves(axis: Any, found: Found) -> None:
    tests = found.suggestion.tests
    pooled = pool(tests)
    for number, test in enumerate(tests):
        first = number == 0
        axis.plot(test.rates, test.losses, color="0.85", linewidth=0.7, label="each batch" if first else None)
        axis.plot(
            test.rates,
            test.smoothed,
            color=BLUE,
            alpha=0.45,
            linewidth=0.9,
            label="each repeat, exponential mean" if first else None,
        )
    axis.plot(pooled.rates, pooled.smoothed, color=BLUE, linewidth=2.2, label="all repeats, pooled")
    _shade(axis, found.suggestion)
    if pooled.smoothed:
        low, start = min(pooled.smoothed), pooled.smoothed[0]
        reach = max(start - low, 0.05 * start)
        axis.set_ylim(max(0.0, low - 0.5 * reach), start + 0.8 * reach)
    axis.set_xscale("log")
    axis.set_title(f"phase {found.phase}: {_said(found.suggestion)}", loc="left", fontsize=9)


def _draw_rules(axis: Any, chosen: Suggestion, *, named: bool) -> None:
    """Draw a row a rule: its band as a line, its suggestion as a dot."""
    for row, (rule, s) in enumerate(combine_by_every_rule(chosen.tests).items()):
        colour = RED if rule == chosen.rule else "0.35"
        if s.lr is None:
            axis.text(0.01, row, "none", transform=axis.get_yaxis_transform(), va="center", fontsize=7)
            continue
        axis.plot([s.low, s.high], [row, row], color=colour, linewidth=2, alpha=0.5, solid_capstyle="butt")
        axis.plot(s.lr, row, "o", color=colour, markersize=5)
    _shade(axis, chosen)
    axis.set_yticks(range(len(RULES)), RULES if named else [""] * len(RULES), fontsize=8)
    axis.set_ylim(len(RULES) - 0.4, -0.6)
    axis.grid(axis="y", color="0.93")
    axis.set_xlabel("base rate")


def _shade(axis: Any, s: Suggestion) -> None:
    if s.lr is None:
        return
    axis.axvspan(s.low, s.high, color=ORANGE, alpha=0.2, linewidth=0, label="band of the suggestion")
    axis.axvline(s.lr, color=RED, linewidth=1.2, label="suggestion")


def _said(s: Suggestion) -> str:
    if s.lr is None:
        return f"no suggestion by {s.rule}\n{fill(s.reason, TITLE_WIDTH)}"
    return f"{s.lr:.2g} by {s.rule}"

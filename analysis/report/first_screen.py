"""First screen of the report: the verdict, its picture, the configuration to use, what it cost."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from matplotlib.ticker import MaxNLocator

from analysis.comparison import Comparison
from analysis.figures import differences
from analysis.figures.style import colours_of
from analysis.findings.configurations import searched_keys, shown
from analysis.findings.pairs import confirmations
from analysis.findings.winner_study import winner_study
from analysis.report.themed_svg import colour_name
from analysis.tables.overview import END_WORDS
from analysis.wording import number_format as fmt
from analysis.wording.verdict import is_decided

WINNER_FILE = "winner.yaml"
_EDGE = 4.0
"""In percent of the picture's width: closer to its ends no mark of the scale has room."""
MAX_ROWS = 5
SHOWN_OF_MORE = 4
"""Of more than MAX_ROWS arms so many are shown on the first screen, the others folded below them."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One arm's difference. Places are in percent of the picture's width; None without an interval."""

    arm: str
    colour: str
    verdict: str
    numbers: str
    mean: float
    low: float | None
    high: float | None
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The differences to the reference, drawn by the page itself so that they fit any width.

    Attributes:
        title: What is drawn.
        caption: How it is to be read.
        rows: The greatest difference first.
        folded: Those that the first screen has no room for; the arm to use is never among them.
        zero: Place of no difference.
        band: Place and width of the margin.
        margin: It in words.
        basis: The reference's own mean, what the intervals are over, and their levels.
        rival: The open difference to the next best arm beside the reference; None where there is none.
        ticks: Places and labels of the scale.
    """

    title: str
    caption: str
    rows: tuple[Row, ...]
    folded: tuple[Row, ...]
    zero: float
    band: tuple[float, float]
    margin: str
    basis: str
    rival: str | None
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, kw_only=True)
class Winner:
    """The configuration to use.

    Attributes:
        arm: Of which arm.
        settings: What its search varied, and the network, by name.
        file: The study file that trains it; None where the study's own is not known.
        model: Folder of its trained model below the results; None where there is none.
    """

    arm: str
    settings: tuple[tuple[str, str], ...]
    file: str | None
    model: str | None


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the study cost: names and amounts to list, and the parts of its wall time in percent."""

    amounts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str, float], ...]


def standing(comparison: Comparison) -> str:
    """Return in a few words how far the study has come."""
    metadata, decision, reference = (
        comparison.data.metadata,
        comparison.decision,
        comparison.data.settings.reference,
    )
    if decision is None:
        return "No verdict"
    if metadata.ended is None or metadata.stopped_early is not None:
        return "Provisional"
    if not is_decided(decision, comparison.contrasts):
        return "Not decided yet"
    return "Decided" if decision.standing != "open" else f"Better than {reference}; best not settled"


def _basis(comparison: Comparison, table: pd.DataFrame) -> str:
    """Return what the picture's differences are to, over how much, and at which levels their intervals are."""
    decision, reference = comparison.decision, comparison.data.settings.reference
    first = comparison.contrasts[0].finals
    units = "searches" if comparison.data.settings.num_repeats > 1 else "seeds"
    estimate = first.headline
    over = [] if estimate is None else [f"{estimate.num_pairs} {units}"]
    num_images = comparison.data.metadata.num_images("test")
    over += (
        [f"{fmt.count(num_images)} test images"]
        if num_images and decision is not None and decision.per_images
        else []
    )
    levels = sorted({fmt.level(level) for level in table["level"].dropna()})
    lines = f"; {' and '.join(levels)} intervals" if levels else ""
    means = "" if first.reference_mean is None else f"{reference}: {fmt.fraction(first.reference_mean)}"
    return f"{means}{' over ' if over else ''}{' and '.join(over)}{lines}"


def _rival(comparison: Comparison) -> str | None:
    """Return the difference to the best other arm beside the reference, where it is not settled which is better."""
    decision, reference = comparison.decision, comparison.data.settings.reference
    if decision is None or decision.standing != "open" or decision.leader == reference:
        return None
    others = {arm: estimate for arm, estimate in decision.rivals.items() if arm != reference}
    if not others:
        return None
    arm = max(others, key=lambda other: decision.means[other])
    estimate = others[arm]
    ends = fmt.difference_interval((estimate.low, estimate.high))
    seeds = comparison.next_step.seeds if comparison.next_step.kind == "use" else None
    more = "" if seeds is None else f"; about {fmt.count(seeds)} more seeds would settle it"
    return (
        f"{decision.leader} \N{MINUS SIGN} {arm}: {fmt.difference(estimate.mean)} ({ends}), not settled{more}"
    )


def picture(comparison: Comparison) -> Picture | None:
    """Return the picture of the differences; None where there are none."""
    table = differences.table(comparison)
    if table.empty:
        return None
    margin = comparison.data.settings.margin
    low, high = _ends(table, margin)

    def place(value: float) -> float:
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    colours = colours_of(comparison)
    use = comparison.decision.arm if comparison.decision is not None else None
    rows = tuple(
        Row(
            arm=row["arm"],
            colour=colour_name(colours[row["arm"]]),
            verdict=f"{fmt.fraction(row['test'])}, {END_WORDS[row['verdict']]}",
            numbers=_numbers(row),
            mean=place(row["mean"]),
            low=None if math.isnan(row["low"]) else place(row["low"]),
            high=None if math.isnan(row["high"]) else place(row["high"]),
            chosen=row["arm"] == use,
        )
        for _, row in table.iterrows()
    )
    shown = rows if len(rows) <= MAX_ROWS else _shown(rows)
    values = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high)
    return Picture(
        title=differences.title(comparison),
        caption=differences.caption(comparison),
        rows=shown,
        folded=tuple(row for row in rows if row not in shown),
        zero=place(0.0),
        band=(place(-margin), round(place(margin) - place(-margin), 2)),
        margin=fmt.margin(margin),
        basis=_basis(comparison, table),
        rival=_rival(comparison),
        ticks=tuple((place(value), _tick(value)) for value in values if _EDGE < place(value) < 100 - _EDGE),
    )


def winner(comparison: Comparison, folder: Path) -> Winner | None:
    """Return the configuration to use; None where no arm is to be used."""
    decision, data = comparison.decision, comparison.data
    if decision is None:
        return None
    study = winner_study(data, decision.arm)
    runs = confirmations(data.runs)
    of_arm = runs[(runs["arm"] == decision.arm) & runs["overall"].astype(bool)]
    config: dict[str, Any] = of_arm.iloc[0]["config"]
    if study is not None:
        config = config | study["arms"][decision.arm] | {"architecture": study["model"]["architecture"]}
    keys = [key for key in searched_keys(data.runs, decision.arm) if key != "architecture" and key in config]
    model = folder / "models" / decision.arm
    return Winner(
        arm=decision.arm,
        settings=(
            ("network", str(config["architecture"])),
            *((key, shown(config[key])) for key in keys if key != "weights"),
        ),
        file=None if study is None else _as_yaml(study),
        model=f"models/{decision.arm}" if (model / "MLmodel").is_file() else None,
    )


def cost(comparison: Comparison) -> Cost | None:
    """Return what the study cost; None where nothing of it is known."""
    data, decision = comparison.data, comparison.decision
    metadata, price = data.metadata, data.settings.cost_per_hour
    amounts = []
    if metadata.wall_seconds:
        amounts.append(("wall time", fmt.duration(metadata.wall_seconds)))
        if price is not None:
            amounts.append(("price", fmt.money(metadata.wall_seconds / 3600 * price)))
    amounts.append(("runs", fmt.count(len(data.runs))))
    if decision is not None and decision.arm in decision.cost_seconds:
        amounts.append((f"one run of {decision.arm}", fmt.duration(decision.cost_seconds[decision.arm])))
    stages = {name: metadata.stage_seconds.get(name, 0.0) for name in _STAGES}
    total = sum(stages.values())
    parts = [(_STAGES[name], fmt.duration(each), 100 * each / total) for name, each in stages.items() if each]
    return Cost(amounts=tuple(amounts), parts=tuple(parts)) if metadata.wall_seconds or parts else None


_STAGES = {
    "pretrain": "source networks",
    "search": "search",
    "selection": "selection",
    "confirm": "confirmation",
}


def _shown(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the first rows, the last of them giving way to the arm to use where that lies further down."""
    first = rows[:SHOWN_OF_MORE]
    chosen = tuple(row for row in rows[SHOWN_OF_MORE:] if row.chosen)
    return (*first[: SHOWN_OF_MORE - len(chosen)], *chosen)


def _ends(table: pd.DataFrame, margin: float) -> tuple[float, float]:
    """Return the ends of the scale: all intervals, the margin and no difference, and a little beyond."""
    low = max(-1.0, min(table["low"].min(), table["mean"].min(), -margin))
    high = min(1.0, max(table["high"].max(), table["mean"].max(), margin))
    beyond = 0.04 * (high - low)
    return low - beyond, high + beyond


def _numbers(row: pd.Series) -> str:
    if math.isnan(row["low"]):
        return fmt.difference(row["mean"])
    return f"{fmt.difference(row['mean'])} ({fmt.difference_interval((row['low'], row['high']))})"


def _tick(value: float) -> str:
    return "0" if abs(value) < 1e-9 else f"{value:+.3g}".replace("-", "\N{MINUS SIGN}")


def _as_yaml(study: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(study, sort_keys=False, default_flow_style=None, width=100, allow_unicode=True)
    return text

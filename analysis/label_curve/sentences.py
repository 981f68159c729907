"""A label curve in words: the answer, what it holds for, and its tables as text."""

from collections.abc import Callable

from analysis.label_curve.curve import LabelCurve
from analysis.label_curve.power_law import MIN_SIZES
from analysis.label_curve.search_gain import MIN_HOURS
from analysis.label_curve.worth import Worth, worths
from analysis.tables.table import Table
from analysis.wording import number_format as fmt

UNKNOWN = "unknown"


def answer(curve: LabelCurve) -> tuple[str, ...]:
    """Return what the curve says of each arm at its largest size: more labels, or more tuning."""
    largest = curve.sizes[-1]
    return tuple(_of_arm(curve, each) for each in worths(curve) if each.size == largest)


def conditions(curve: LabelCurve) -> tuple[str, ...]:
    """Return what the curve holds for, and what it cannot say."""
    winners = (
        "Each size has a search of its own, with the same budget of trials and epochs: fewer images, fewer steps."
        if curve.winners_of is None
        else f"All sizes have the winners that the search at {curve.winners_of} images a class found, with rates by "
        "the range test of every run: another search at a smaller size might do better there."
    )
    level = fmt.level(curve.settings.confidence)
    return (
        "All sizes share the validation and the test images, and a larger sample of training images holds the smaller "
        f"ones. Bands and gains are {level} intervals for other seeds and other test images. They do not cover other "
        "training images: each size is one sample of them.",
        winners,
        f"What the next doubling brings is extrapolated by a power law through the sizes ({MIN_SIZES} at least), where "
        "they follow one: its interval holds if accuracy goes on as it did, which nobody has measured.",
        "What search brought is on validation, where the best of many is partly luck; what labels brought is on test "
        f"images. An hour of search is said only of searches whose second half took at least {MIN_HOURS:g} h.",
    )


def levels_table(curve: LabelCurve) -> Table:
    """Return the levels of the arms: a row a size, a column an arm."""
    reference = curve.settings.reference
    header = ["images a class", "labels"]
    for arm in curve.settings.arms:
        header += [arm] if arm == reference else [arm, f"minus {reference}"]
    rows = []
    for size in curve.sizes:
        row = [fmt.count(size), fmt.count(size * curve.num_classes)]
        for arm in curve.settings.arms:
            row.append(_level(curve, size, arm))
            if arm != reference:
                row.append(_difference(curve, size, arm))
        rows.append(tuple(row))
    return Table(header=tuple(header), rows=tuple(rows))


def worth_table(curve: LabelCurve) -> Table:
    """Return what labels and search brought, a row a size and arm; what was not measured is called unknown."""
    header = (
        "images a class",
        "arm",
        "more labels",
        "they bring",
        "interval",
        "a label",
        "a point costs",
        "2nd half of search",
        "it brought",
        "an hour",
        "a point costs",
    )
    return Table(header=header, rows=tuple(_worth_row(each) for each in worths(curve)))


def text(curve: LabelCurve) -> str:
    """Return the curve for a terminal."""
    objective = curve.settings.objective_words
    lines = [
        f"{curve.name}: test {objective} against labels, {fmt.level(curve.settings.confidence)} intervals",
        "",
    ]
    lines += _aligned(levels_table(curve))
    lines += ["", *answer(curve)]
    return "\n".join(lines)


def _of_arm(curve: LabelCurve, worth: Worth) -> str:
    return f"{worth.arm}: {_labels_sentence(curve, worth)} {_search_sentence(curve, worth)}{_verdict(worth)}"


def _labels_sentence(curve: LabelCurve, worth: Worth) -> str:
    if worth.labels_gain is None:
        why = _no_law(curve, worth.arm)
        return f"what twice {fmt.count(worth.size)} images a class would bring is {UNKNOWN}: {why}."
    level = fmt.level(curve.settings.confidence)
    sentence = (
        f"twice {fmt.count(worth.size)} images a class ({fmt.count(worth.num_labels)} more labels) would bring "
        f"{fmt.difference(worth.labels_gain)}, extrapolated ({level}: "
        f"{fmt.interval(worth.labels_interval, fmt.difference)})"
    )
    if worth.point_by_labels is not None:
        sentence += f", {fmt.money(worth.point_by_labels)} a point"
    elif curve.label_price is not None:
        sentence += ", which may be nothing: what a point costs is " + UNKNOWN
    return sentence + "."


def _no_law(curve: LabelCurve, arm: str) -> str:
    """Return why nothing can be extrapolated."""
    if len(curve.sizes) < MIN_SIZES:
        return f"a power law needs {MIN_SIZES} sizes"
    law = curve.laws[arm]
    if law is None:
        return "runs that trained are missing, or seeds for an interval"
    return f"so far it does not go up as a power law ({fmt.p_value(law.misfit_p)})"


def _search_sentence(curve: LabelCurve, worth: Worth) -> str:
    if worth.search_gain is None:
        return f"What more search brings here is {UNKNOWN}: there was none at this size, or of one trial."
    took = UNKNOWN if worth.search_hours is None else f"{worth.search_hours:.2g} h"
    sentence = (
        f"The second half of its search ({fmt.count(worth.search_trials)} trials, {took}) brought "
        f"{fmt.difference(worth.search_gain)} on validation"
    )
    if worth.point_by_search is not None:
        sentence += f", {fmt.money(worth.point_by_search)} a point"
    hour = UNKNOWN if worth.gain_per_hour is None else fmt.difference(worth.gain_per_hour)
    return f"{sentence}; what an hour brings: {hour}."


def _verdict(worth: Worth) -> str:
    if worth.cheaper is None:
        return ""
    other = {"labels": "search", "search": "labels"}[worth.cheaper]
    return f" So far a point is cheaper as {worth.cheaper} than as {other}."


def _level(curve: LabelCurve, size: int, arm: str) -> str:
    level = curve.levels[size, arm]
    if level.estimate is None:
        return fmt.MISSING
    ends = (level.estimate.low, level.estimate.high)
    lost = level.num_runs - level.num_trained
    return fmt.plus_minus(level.estimate.mean, ends, fmt.fraction) + (f" ({lost} lost)" if lost else "")


def _difference(curve: LabelCurve, size: int, arm: str) -> str:
    estimate = curve.differences.get((size, arm))
    if estimate is None:
        return fmt.MISSING
    return fmt.plus_minus(estimate.mean, (estimate.low, estimate.high), fmt.difference)


def _worth_row(worth: Worth) -> tuple[str, ...]:
    mark = " (extrapolated)" if worth.extrapolated and worth.labels_gain is not None else ""
    return (
        fmt.count(worth.size),
        worth.arm,
        _or_unknown(worth.num_labels, fmt.count),
        _or_unknown(worth.labels_gain, fmt.difference) + mark,
        fmt.interval(worth.labels_interval, fmt.difference),
        _or_unknown(worth.gain_per_label, lambda value: f"{value:+.2g}"),
        _or_unknown(worth.point_by_labels, fmt.money),
        UNKNOWN
        if worth.search_hours is None
        else f"{worth.search_trials} trials, {worth.search_hours:.2g} h",
        _or_unknown(worth.search_gain, fmt.difference),
        _or_unknown(worth.gain_per_hour, fmt.difference),
        _or_unknown(worth.point_by_search, fmt.money),
    )


def _or_unknown(value: float | None, write: Callable[[float | None], str]) -> str:
    return UNKNOWN if value is None else write(value)


def _aligned(table: Table) -> list[str]:
    rows = [table.header, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.header))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]

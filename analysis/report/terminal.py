"""The answer for a terminal: the verdict and what it rests on, in twelve lines."""

import textwrap
from collections.abc import Sequence

from analysis.comparison import Comparison
from analysis.findings.contrasts.contrast import Contrast
from analysis.tables.overview import verdict_words
from analysis.wording import number_format as fmt
from analysis.wording.noninferiority import noninferiority_sentence

WIDTH = 100
MAX_LINES = 12
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def format_comparison(comparison: Comparison) -> str:
    """Return the verdict, each arm against the reference, the cost and at most three warnings, in at most 12 lines.

    Lines have at most 100 columns. Arms and warnings that have no room are counted; everything is in the report.
    """
    if comparison.data.runs.empty or not comparison.contrasts:
        return "\n".join(textwrap.wrap(" ".join(comparison.answer), WIDTH)[:MAX_LINES]) + "\n"
    verdict = textwrap.wrap(comparison.verdict, WIDTH)
    fixed = [*_costs(comparison), *_noninferiority(comparison)]
    warned = [f"Beware: {each}" for each in comparison.warnings]
    room = MAX_LINES - len(verdict) - len(fixed)
    arms = _arms(_overall(comparison), room=room - len(warned))
    beware = _fitted(warned, room=room - len(arms))
    return "\n".join([*verdict, *arms, *fixed, *beware]) + "\n"


def _overall(comparison: Comparison) -> list[Contrast]:
    return [each for each in comparison.contrasts if each.pairing.architecture is None]


def _arms(contrasts: Sequence[Contrast], *, room: int) -> list[str]:
    """Return a line for each arm that was confirmed; where there is no room for all, those that differ most upwards."""
    contrasts = [each for each in contrasts if each.finals.headline is not None]
    if len(contrasts) > room:
        shown = sorted(contrasts, key=_mean, reverse=True)[: room - 1]
        rest = f"  {len(contrasts) - len(shown)} more arms: in the report"
        return [*_lines(shown), rest]
    return _lines(contrasts) if contrasts else []


def _mean(contrast: Contrast) -> float:
    headline = contrast.finals.headline
    return -1.0 if headline is None else headline.mean


def _lines(contrasts: Sequence[Contrast]) -> list[str]:
    rows = [_row(each) for each in contrasts]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = [
        "  " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
    return [_cut(line) for line in lines]


def _row(contrast: Contrast) -> tuple[str, ...]:
    pairing, headline, result = contrast.pairing, contrast.finals.headline, contrast.final_result
    level = "" if result.level is None else f"{fmt.level(1 - result.level)} interval "
    return (
        f"{pairing.arm} \N{MINUS SIGN} {pairing.reference}",
        fmt.MISSING if headline is None else fmt.difference(headline.mean),
        f"{level}{fmt.difference_interval(result.interval)}",
        verdict_words(contrast) + _further(contrast),
    )


def _further(contrast: Contrast) -> str:
    """Return how many more seeds would decide it; nothing where it is decided, or none would."""
    further = contrast.further
    if further is None or further.needed.pairs is None:
        return ""
    headline = contrast.finals.headline
    several = "seeds" if headline is not None and headline.seeds_each is None else "searches"
    return f"; {fmt.count(further.needed.pairs)} more {several} would decide"


def _costs(comparison: Comparison) -> list[str]:
    """Return what the study took, in one line; nothing where its wall time is not known."""
    metadata, price = comparison.data.metadata, comparison.data.settings.cost_per_hour
    if metadata.wall_seconds is None:
        return []
    names = {"pretrain": "source weights", "confirm": "confirmation"}
    stages = ", ".join(
        f"{names.get(stage, stage)} {fmt.duration(seconds)}"
        for stage, seconds in metadata.stage_seconds.items()
        if seconds >= 1
    )
    money = "" if price is None else f", {fmt.money(metadata.wall_seconds / 3600 * price)}"
    parts = f": {stages}" if stages else ""
    return [_cut(f"It took {fmt.duration(metadata.wall_seconds)}{money}{parts}.")]


def _noninferiority(comparison: Comparison) -> list[str]:
    sentence = noninferiority_sentence(comparison.decision)
    return [_cut(sentence)] if sentence else []


def _fitted(warned: Sequence[str], *, room: int) -> list[str]:
    """Return the warnings, the first ones whole where there is room, and each in at least one line."""
    lines: list[str] = []
    for after, each in zip(range(len(warned) - 1, -1, -1), warned, strict=True):
        left = room - len(lines) - after
        lines += textwrap.wrap(each, WIDTH, subsequent_indent="  ", max_lines=left, placeholder=ELLIPSIS)
    return lines


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1].rstrip() + ELLIPSIS

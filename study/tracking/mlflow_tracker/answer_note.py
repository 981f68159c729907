"""The description of a study's run in MLflow: its answer as Markdown, which MLflow shows as a page."""

from collections.abc import Mapping
from typing import Any

from analysis.wording import number_format as fmt
from analysis.wording.verdict import probability_words
from study.tracking.answer_values import arm_verdict, overall_contrast

SPACE = 2 * "\N{NO-BREAK SPACE}"
"""After a cell: MLflow draws tables without any room between columns."""


def answer_note(answer: Mapping[str, Any], *, report: str = "") -> str:
    """Return the verdict, a table of the arms, the cost, warnings, where to look and what to do next.

    Args:
        answer: The study's, as `latest_answer` gives it.
        report: Folder of the report among the artifacts; empty where it lies at their top.
    """
    parts = [
        f"**{_text(answer['verdict'])}**",
        _table(answer),
        _cost(answer["costs"]),
        _listed("Beware", answer["warnings"]),
        f"**Where to look:** the whole report is `{report}report.html` under *Artifacts*, all of it in words "
        f"`{report}comparison.txt`. Each arm has a run below this one, as has every trial: filter the runs by "
        "`tags.stage = 'arm'`, `'search'`, `'selection'` or `'confirm'`.",
        _next(answer["next"]),
    ]
    return "\n\n".join(part for part in parts if part)


def arm_note(answer: Mapping[str, Any], arm: str) -> str:
    """Return the description of an arm's run: how it stands to the reference."""
    contrast = overall_contrast(answer, arm)
    if contrast is None:
        return f"The reference of the study {_text(answer['study'])}: the other arms are held against it."
    return (
        f"{_text(arm)} against {_text(contrast['reference'])}: **{arm_verdict(answer, arm)}**, a difference of "
        f"{fmt.difference(contrast['difference'])} ({_interval(contrast)}) over {contrast['pairs']} pairs of seeds."
    )


def _table(answer: Mapping[str, Any]) -> str:
    rows = [
        "| arm | test | difference | interval | verdict | best with probability |",
        "|---|---:|---:|---|---|---:|",
    ]
    for arm, values in answer["arms"].items():
        contrast = overall_contrast(answer, arm)
        cells = (
            _text(arm),
            fmt.fraction(values["test_mean"]),
            "" if contrast is None else fmt.difference(contrast["difference"]),
            "" if contrast is None else _interval(contrast),
            arm_verdict(answer, arm),
            _probability(values["probability_best"]),
        )
        rows.append(f"| {f' {SPACE}| '.join(cells)} |")
    return "\n".join(rows) if answer["arms"] else ""


def _probability(value: float | None) -> str:
    return fmt.MISSING if value is None else probability_words(value)


def _interval(contrast: Mapping[str, Any]) -> str:
    if contrast["low"] is None:
        return fmt.MISSING
    ends = fmt.difference_interval((contrast["low"], contrast["high"]))
    return f"{fmt.level(contrast['interval_confidence'])}: {ends}"


def _cost(costs: Mapping[str, Any]) -> str:
    if costs["wall_seconds"] is None:
        return ""
    money = "" if costs["money"] is None else f" and cost {fmt.money(costs['money'])}"
    return f"It took {fmt.duration(costs['wall_seconds'])}{money}."


def _listed(title: str, items: list[str]) -> str:
    return "\n".join([f"**{title}:**", "", *(f"- {_text(item)}" for item in items)]) if items else ""


def _next(step: Mapping[str, Any]) -> str:
    commands = step["commands"]
    return "\n".join(["**What to do next:**", "", "```", *commands, "```"]) if commands else ""


def _text(text: str) -> str:
    """Return a text with an escape before what Markdown or a table would take for its own."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>|#" else c for c in text)

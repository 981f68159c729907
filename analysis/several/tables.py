"""Tables of several studies: what each shows of each arm, and what each decided."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.findings.contrasts.contrast import Contrast
from analysis.several.pooling import OnSets, Several
from analysis.several.studies import Pair
from analysis.several.wording import decided, headline, notes, set_by_set

ALL_SETS = "all data sets"

_DIFFERENCES = [
    "arm",
    "reference",
    "study",
    "num_pairs",
    "mean",
    "low",
    "high",
    "level",
    "verdict",
    "margin",
    "between",
]


def differences_table(several: Several) -> pd.DataFrame:
    """Return one row for each arm and study, and one for all data sets where they are pooled.

    `num_pairs` are seeds, of all data sets the sets; `low` to `high` is the interval that the verdict is judged by, at
    the `level`; `between` is the deviation between sets.
    """
    pairs = dict.fromkeys(pair for study in several.studies for pair in study.contrasts)
    pooled = {each.pair: each for each in several.shared}
    rows = [row for pair in pairs for row in _rows(pair, several, pooled.get(pair))]
    return pd.DataFrame(rows, columns=_DIFFERENCES)


def studies_table(several: Several) -> pd.DataFrame:
    """Return one row a study: what it compared, and the arm that it decided for."""
    rows = []
    for study in several.studies:
        data, decision = study.comparison.data, study.comparison.decision
        rows.append(
            {
                "study": study.label,
                "arms": ", ".join(data.settings.arms),
                "reference": data.settings.reference,
                "test_images": data.metadata.num_images("test") or None,
                "seeds": None if decision is None else decision.num_units,
                "margin": data.settings.margin,
                "use": None if decision is None else decision.arm,
                "standing": None if decision is None else decision.standing,
                "probability_best": None if decision is None else decision.probability_best.get(decision.arm),
                "expected_loss": None if decision is None else decision.expected_loss,
                "ended": data.metadata.ended,
                "decided": decided(study),
            }
        )
    return pd.DataFrame(rows)


def as_json(several: Several) -> dict[str, Any]:
    """Return everything that is said, for a script."""
    return {
        "objective": several.objective,
        "confidence": several.confidence,
        "margin": several.margin,
        "answers": [
            {
                "arm": each.pair[0],
                "reference": each.pair[1],
                "verdict": None if each.result is None else each.result.verdict,
                "why_not_pooled": each.why_not,
                "sentence": headline(each, several),
                "set_by_set": set_by_set(each),
            }
            for each in several.shared
        ],
        "differences": _records(differences_table(several)),
        "studies": _records(studies_table(several)),
        "notes": list(notes(several)),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows, what is missing as None."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]


def _rows(pair: Pair, several: Several, pooled: OnSets | None) -> Iterator[dict[str, Any]]:
    for study in several.studies:
        if pair in study.contrasts:
            yield _row(pair, study.label, study.contrasts[pair])
    if pooled is not None and pooled.pooled is not None and pooled.result is not None:
        estimate, result = pooled.pooled.estimate, pooled.result
        yield {
            **_names(pair, ALL_SETS),
            "num_pairs": estimate.num_pairs,
            "mean": estimate.mean,
            **_judged(result.interval, result.level),
            "verdict": result.verdict,
            "margin": result.margin,
            "between": pooled.pooled.between,
        }


def _row(pair: Pair, label: str, contrast: Contrast) -> dict[str, Any]:
    estimate, result = contrast.finals.headline, contrast.final_result
    return {
        **_names(pair, label),
        "num_pairs": None if estimate is None else estimate.num_pairs,
        "mean": None if estimate is None else estimate.mean,
        **_judged(result.interval, result.level),
        "verdict": result.verdict,
        "margin": result.margin,
    }


def _names(pair: Pair, study: str) -> dict[str, Any]:
    return {"arm": pair[0], "reference": pair[1], "study": study}


def _judged(interval: tuple[float, float] | None, level: float | None) -> dict[str, Any]:
    low, high = (None, None) if interval is None else interval
    return {"low": low, "high": high, "level": None if level is None else 1 - level}

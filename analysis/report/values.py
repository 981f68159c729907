"""The answer as plain values, for JSON: what a script reads instead of the report."""

import math
from typing import Any

from analysis.comparison import Comparison
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.further_seeds import FurtherSeeds
from analysis.findings.decision import Decision
from analysis.findings.next_step import NextStep
from analysis.report.version import VERSION
from analysis.statistics.estimate import Estimate


def comparison_values(comparison: Comparison) -> dict[str, Any]:
    """Return a study's answer in plain values; what is not known is None, and no number is NaN or infinite.

    docs/json.md says what each key means.
    """
    settings, decision = comparison.data.settings, comparison.decision
    values = {
        "version": VERSION,
        "study": comparison.data.name,
        "verdict": comparison.verdict,
        "objective": settings.objective,
        "reference": settings.reference,
        "confidence": settings.confidence,
        "margin": settings.margin,
        "time_margin": settings.time_margin,
        "arms": _arms(comparison),
        "contrasts": [_contrast(each) for each in comparison.contrasts],
        "decision": None if decision is None else _decision(decision),
        "costs": _costs(comparison),
        "warnings": list(comparison.warnings),
        "notes": list(comparison.notes),
        "next": _next(comparison.next_step),
    }
    return {key: _plain(value) for key, value in values.items()}


def _arms(comparison: Comparison) -> dict[str, Any]:
    """Return, by arm, how the confirmation of its overall winner went."""
    rows = comparison.arms[comparison.arms["architecture"].isna()]
    decision = comparison.decision
    return {
        row["arm"]: {
            "architecture": row["winner_architecture"],
            "runs": row["num_runs"],
            "trained": row["num_finished"] - row["num_collapsed"],
            "test_mean": row["test_mean"],
            "test_low": row["test_low"],
            "test_high": row["test_high"],
            "validation_mean": row["val_mean"],
            "seconds_a_run": row["cost_seconds_mean"],
            "probability_best": None if decision is None else decision.probability_best.get(row["arm"]),
        }
        for row in comparison.arms.loc[rows.index].to_dict("records")
    }


def _contrast(contrast: Contrast) -> dict[str, Any]:
    result, headline = contrast.final_result, contrast.finals.headline
    return {
        "arm": contrast.pairing.arm,
        "reference": contrast.pairing.reference,
        "architecture": contrast.pairing.architecture,
        "verdict": result.verdict,
        "difference": None if headline is None else headline.mean,
        "low": None if result.interval is None else result.interval[0],
        "high": None if result.interval is None else result.interval[1],
        "interval_confidence": None if result.level is None else 1 - result.level,
        "p_no_difference": result.adjusted_p,
        "p_margin_or_more": result.equivalence_p,
        "pairs": contrast.finals.num_pairs,
        "look": contrast.looks.number,
        "lost_runs": contrast.finals.lost_arm.count,
        "lost_runs_of_reference": contrast.finals.lost_reference.count,
        "further": None if contrast.further is None else _further(contrast.further),
        "time": _time(contrast),
    }


def _further(further: FurtherSeeds) -> dict[str, Any]:
    return {
        "seeds": further.needed.pairs,
        "chance": further.needed.chance,
        "images_limit": further.needed.images_limit,
        "seconds": further.seconds,
        "money": further.money,
    }


def _time(contrast: Contrast) -> dict[str, Any]:
    """Return the time to the reference's level; the ratio is above 1 where the arm is faster."""
    result = contrast.time_result
    ratio = None if contrast.level is None else contrast.level.ratio
    ends = (None, None) if result.interval is None else (_exp(result.interval[0]), _exp(result.interval[1]))
    return {
        "verdict": result.verdict,
        "ratio": None if ratio is None else ratio.value,
        "low": ends[0],
        "high": ends[1],
        "interval_confidence": None if result.level is None else 1 - result.level,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    asked = decision.noninferiority
    return {
        "arm": decision.arm,
        "standing": decision.standing,
        "leader": decision.leader,
        "probability_best": dict(decision.probability_best),
        "expected_loss": decision.expected_loss,
        "loss_if_not_best": decision.loss_if_not_best,
        "left_out": dict(decision.left_out),
        "units": decision.num_units,
        "over_images": decision.per_images,
        "leader_minus_other": {arm: _estimate(each) for arm, each in decision.rivals.items()},
        "noninferiority": None
        if asked is None
        else {
            "arm": asked.arm,
            "margin": asked.margin,
            "shown": asked.shown,
            "arm_minus_other": {arm: _estimate(each) for arm, each in asked.others.items()},
        },
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "difference": estimate.mean,
        "low": estimate.low,
        "high": estimate.high,
        "interval_confidence": estimate.confidence,
    }


def _costs(comparison: Comparison) -> dict[str, Any]:
    """Return wall time and money of the study, and what each arm's runs would have cost alone, by stage."""
    metadata, price = comparison.data.metadata, comparison.data.settings.cost_per_hour
    wall = metadata.wall_seconds
    by_arm: dict[str, dict[str, float]] = {}
    for row in comparison.ledger.to_dict("records"):
        by_arm.setdefault(row["arm"], {})[row["stage"]] = row["cost_seconds"]
    return {
        "wall_seconds": wall,
        "money": None if wall is None or price is None else wall / 3600 * price,
        "money_an_hour": price,
        "wall_seconds_by_stage": dict(metadata.stage_seconds),
        "seconds_by_arm": by_arm,
    }


def _next(step: NextStep) -> dict[str, Any]:
    return {
        "step": step.kind,
        "arm": step.arm,
        "seeds": step.seeds,
        "chance": step.chance,
        "seconds": step.seconds,
        "money": step.money,
    }


def _exp(value: float) -> float | None:
    return math.exp(value) if value < 700 else None


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: NumPy's numbers as Python's, and None for what is no number."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value

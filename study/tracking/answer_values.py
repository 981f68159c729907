"""The answer of a study as trackers show it: metrics and a word for each arm, from `answer.json`."""

from collections.abc import Mapping
from typing import Any

ANSWER_METRICS = ("difference", "difference_low", "difference_high", "probability_best")
"""The keys that the runs of a study and of its arms have beside `test/objective` and `cost_seconds`, their means."""

MEANS = {"test/objective": "test_mean", "cost_seconds": "seconds_a_run"}

WORDS = {
    "arm": "better",
    "reference": "worse",
    "same": "practically the same",
    "undecided": "not decided yet",
    "withheld": "withheld",
    "identical": "identical",
    "unknown": "unknown",
}


def arm_metrics(answer: Mapping[str, Any], arm: str) -> dict[str, float]:
    """Return the metrics of an arm's overall winner; what is not known is left out.

    The difference is to the reference, on the test split, with the interval that it was judged by.
    """
    contrast = overall_contrast(answer, arm) or {}
    of_arm = answer["arms"].get(arm, {})
    values = {
        "difference": contrast.get("difference"),
        "difference_low": contrast.get("low"),
        "difference_high": contrast.get("high"),
        "probability_best": of_arm.get("probability_best"),
        **{key: of_arm.get(name) for key, name in MEANS.items()},
    }
    return {key: float(value) for key, value in values.items() if value is not None}


def arm_verdict(answer: Mapping[str, Any], arm: str) -> str:
    """Return the verdict on an arm against the reference, in a word or two."""
    if arm == answer["reference"]:
        return "reference"
    contrast = overall_contrast(answer, arm)
    return WORDS["unknown" if contrast is None else contrast["verdict"]]


def overall_contrast(answer: Mapping[str, Any], arm: str) -> Mapping[str, Any] | None:
    """Return the contrast of an arm's overall winner with the reference's; None for the reference itself."""
    found = [each for each in answer["contrasts"] if each["arm"] == arm and each["architecture"] is None]
    return found[0] if found else None


def arm_to_use(answer: Mapping[str, Any]) -> str | None:
    """Return the arm that the study says to use; None where it says none."""
    decision = answer["decision"]
    return None if decision is None else str(decision["arm"])

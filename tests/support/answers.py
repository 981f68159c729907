"""An answer as `answer.json` has it, written by hand."""

from typing import Any


def an_answer(*, difference: float = 0.1) -> dict[str, Any]:
    """Return the answer of a study of two arms, of which adapted is better."""
    return {
        "version": 1,
        "study": "s",
        "verdict": "Use adapted: better than fixed by 0.040 to 0.160.",
        "reference": "fixed",
        "arms": {
            "adapted": {"test_mean": 0.9, "seconds_a_run": 2.0, "probability_best": 0.98},
            "fixed": {"test_mean": 0.8, "seconds_a_run": 3.0, "probability_best": 0.02},
        },
        "contrasts": [
            {
                "arm": "adapted",
                "reference": "fixed",
                "architecture": None,
                "verdict": "arm",
                "difference": difference,
                "low": 0.04,
                "high": 0.16,
                "interval_confidence": 0.95,
                "pairs": 5,
            }
        ],
        "decision": {"arm": "adapted"},
        "costs": {"wall_seconds": 600.0, "money": None},
        "warnings": ["The split is small | very."],
        "next": {
            "step": "extend",
            "arm": "adapted",
            "seeds": 7,
            "chance": 0.8,
            "seconds": 60.0,
            "money": None,
        },
    }

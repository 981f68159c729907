"""Space of the recipe `feature_extraction`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has."""
    return {"lr": tune.loguniform(1e-4, 1e-1)}

"""Space of the recipe `progressive_resizing`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the small images' side."""
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "small_scale": tune.choice([0.5, 0.75]),
    }

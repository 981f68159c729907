"""Space of the recipe `layerwise`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the thesis's ratios from block to block."""
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "layer_decay": tune.uniform(0.25, 1.0),
    }

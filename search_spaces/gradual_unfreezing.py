"""Space of the recipe `gradual_unfreezing`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the ratio from stage to stage.

    The paper's ratio, 0.38, lies in the middle on a logarithmic scale.
    """
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "layer_decay": tune.loguniform(0.15, 1.0),
    }

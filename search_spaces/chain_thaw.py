"""Space of the recipe `chain_thaw`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the rate of the new head alone and that of all later phases, over the range that a fixed rate has."""
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "head_lr": tune.loguniform(1e-4, 1e-1),
    }

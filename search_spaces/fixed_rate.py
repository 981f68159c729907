"""Space of the recipe `fixed_rate`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the rate, from far too low to where small networks diverge."""
    return {"lr": tune.loguniform(1e-4, 1e-1)}

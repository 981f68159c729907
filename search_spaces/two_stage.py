"""Space of the recipe `two_stage`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the rate of the head's section, over the range that a fixed rate has, and the sections' ratio.

    10 is for a source that is like the target, 3 for one that is not; 1 gives all layers the same rate.
    """
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "section_ratio": tune.choice([1, 3, 10]),
    }

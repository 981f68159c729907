"""Space of the recipe `fastai`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the recipe's 3 to 10 from section to section.

    The head's own rate stays with the range test.
    """
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "section_ratio": tune.loguniform(3.0, 10.0),
    }

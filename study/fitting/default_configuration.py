"""The configuration of `adaptation` that is taken where no study has found one: these constants, and no others.

Chosen on some tasks and held against a search's winner on those left out, by
`benchmarks/experiments/default_fit/record.py` and `score.py`; docs/evidence.md has the regret.
"""

from collections.abc import Mapping
from typing import Any, Literal

WeightsKind = Literal["imagenet", "source"]

RECIPE = "adaptation"

CONSTANTS: Mapping[WeightsKind, Mapping[str, Any]] = {
    "imagenet": {"lr": 0.03, "stem_to_head": 0.1, "cycle_mult": 1},
    "source": {"lr": 0.1, "stem_to_head": 0.1, "cycle_mult": 1},
}
"""For start weights of a library, which know photographs; and for weights trained on a source of the user's own."""

EPOCHS = 15
HEAD_EPOCHS = 1
"""Of the epochs, those of the head alone."""

ARCHITECTURE, WEIGHTS = "timm/tf_efficientnet_lite0", "pretrained"
"""The network that photographs are fitted with where none is named: the one that was measured."""


def default_settings(kind: WeightsKind, *, epochs: int) -> dict[str, Any]:
    """Return the recipe and its settings for a budget: a head phase, then one cosine over all layers.

    Args:
        kind: Of the start weights.
        epochs: Budget, at least 2.
    """
    length = epochs - HEAD_EPOCHS
    return {"recipe": RECIPE, "head_epochs": HEAD_EPOCHS, "cycle_len": length, **CONSTANTS[kind]}

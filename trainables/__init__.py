"""The adaptation pipeline: plain PyTorch, reusable on its own, in any Ray Tune `Tuner` or without Ray.

`adapt(config)` is a trainable for Ray Tune, `train(config)` an iterator of records, and `train_many_heads(configs)` one
of the records of many runs that train a head alone.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainables.many_heads import train_many_heads
    from trainables.record import EpochRecord
    from trainables.run import train
    from trainables.trainable import adapt

__all__ = ["EpochRecord", "adapt", "train", "train_many_heads"]

_HOMES = {
    "EpochRecord": "trainables.record",
    "adapt": "trainables.trainable",
    "train": "trainables.run",
    "train_many_heads": "trainables.many_heads",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import trainables` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value

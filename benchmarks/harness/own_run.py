"""A run of lrstudy's on the images of the benchmarks, in this process."""

from typing import Any

from benchmarks.harness.settings import Settings

BATCH_SIZE = 32


def run_config(settings: Settings, **more: Any) -> dict[str, Any]:
    """Return the configuration of a run on the images, whatever lrstudy has for defaults, and `more`."""
    return {
        "recipe": "fixed_rate",
        "data": str(settings.images),
        "lr": 0.01,
        "epochs": 1000,
        "batch_size": BATCH_SIZE,
        "cache": str(settings.work / "cache"),
        **more,
    }

"""The trainable for Ray Tune: a thin wrapper around a run."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ray import tune

from trainables.checkpoint import load_state, save_state
from trainables.loop.fit import Fit
from trainables.record import EpochRecord
from trainables.run import epochs

STATE_FILE = "state.pt"


def adapt(config: Mapping[str, Any]) -> None:
    """Train one trial and report every epoch to Ray Tune.

    Reports are the fields of `trainables.record.EpochRecord`, by name; compare trials by `objective`, which is
    missing before the first judged epoch. A checkpoint is a folder with `state.pt`, from which Tune continues
    the trial where it left off. Version 1 of the interface.

    Args:
        config: Flat mapping: the keys of `trainables.config.RunConfig` and of the recipe's `Settings`.

    Raises:
        ValueError: If the configuration, the data or the weights are not what they should be.
    """
    checkpoint = tune.get_checkpoint()
    saved = time.monotonic()
    for fit, record in epochs(config, state=_state_of(checkpoint) if checkpoint else None):
        metrics = {name: value for name, value in asdict(record).items() if value is not None}
        if fit is None or not _is_due(fit, record, saved):
            tune.report(metrics)
            continue
        _report_with_state(metrics, fit)
        saved = time.monotonic()


def _is_due(fit: Fit, record: EpochRecord, saved: float) -> bool:
    """Return whether the epoch gets a checkpoint; `saved` is when the one before it was made."""
    if record.status == "finished":
        return fit.config.checkpoint_last
    return record.status == "running" and time.monotonic() - saved >= fit.config.checkpoint_seconds


def _state_of(checkpoint: tune.Checkpoint) -> dict[str, Any]:
    with checkpoint.as_directory() as folder:
        return load_state(Path(folder) / STATE_FILE)


def _report_with_state(metrics: dict[str, Any], fit: Fit) -> None:
    with TemporaryDirectory() as folder:
        save_state(Path(folder) / STATE_FILE, fit.state_dict())
        tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(folder))

"""Studies of up to seventeen arms whose runs end at different epochs, with all that a record can hold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.loading.run_metadata import RunMetadata
from tests.support.synthetic_study import Run, correct_images, default_metadata, default_spec

ARMS = (
    *("fixed", "head_fixed", "head_cosine", "head_restarts", "adaptation", "cosine", "one_cycle", "step"),
    *("plateau", "two_stage", "fastai", "layerwise", "gradual_unfreezing", "chain_thaw"),
    *("progressive_resizing", "feature_extraction", "from_scratch"),
)
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
NUM_EPOCHS = 12


def many_arm_spec(arms: Sequence[str] = ARMS) -> dict[str, Any]:
    spec = default_spec(arms)
    return spec | {"budget": {"trials": 3, "epochs": NUM_EPOCHS}}


def many_arm_metadata() -> RunMetadata:
    return replace(default_metadata(), classes=CLASSES, target_grid=(0.55, 0.6, 0.65, 0.7))


def many_arm_runs(num_seeds: int = 3, *, arms: Sequence[str] = ARMS) -> list[Run]:
    """Return a search of three trials and a confirmation of each arm; some end early, a seed of chain_thaw diverges."""
    generator = np.random.default_rng(0)
    runs = []
    for index, arm in enumerate(ARMS):
        gain = 0.012 * ((index * 5) % 17) - 0.08
        search = [_search(arm, trial, gain) for trial in range(3)]
        confirmed = [_confirm(arm, index, seed, gain, generator) for seed in range(num_seeds)]
        runs += [*search, *confirmed]
    return [run for run in runs if run.arm in arms]


def _search(arm: str, trial: int, gain: float) -> Run:
    values = _values(NUM_EPOCHS, 0.68 + gain + 0.02 * trial)
    rate = 10.0 ** (trial - 3)
    return Run(arm=arm, stage="search", name=f"{arm}-{trial:04d}", seed=0, values=values, lr=rate)


def _confirm(arm: str, index: int, seed: int, gain: float, generator: np.random.Generator) -> Run:
    num_epochs = NUM_EPOCHS - (index % 4) * seed
    level = 0.7 + gain + generator.normal(0, 0.01)
    lost = arm == "chain_thaw" and seed == 0
    return Run(
        arm=arm,
        stage="confirm",
        name=f"{arm}-confirm-{seed}",
        seed=1000 + seed,
        values=_values(num_epochs, level),
        seconds_per_epoch=0.5 + 0.05 * ((index * 3) % 11),
        status="diverged" if lost else "finished",
        correct=None if lost else correct_images(round(100 * level) + seed, seed=100 * index + seed),
        fields=_unfreezing(level) | ({} if lost else {num_epochs: _last(index, level, generator)}),
    )


def _values(num_epochs: int, level: float) -> list[float]:
    return [level - 0.3 * 0.6**epoch for epoch in range(num_epochs)]


def _unfreezing(level: float) -> dict[int, dict[str, Any]]:
    return {
        2: {"phase": "whole", "val_accuracy_before_unfreezing": level - 0.2, "val_accuracy": level - 0.25}
    }


def _last(index: int, level: float, generator: np.random.Generator) -> dict[str, Any]:
    recalls = np.clip(level + generator.normal(0, 0.12, len(CLASSES)), 0, 1)
    ways = {"tta": 0.01} | ({"ensemble": 0.015, "average": -0.02} if index % 3 == 0 else {})
    further = {
        f"{split}/{way}/{measure}": base + sign * (add + generator.normal(0, 0.003))
        for split in ("val", "test")
        for way, add in ways.items()
        for measure, base, sign in (("objective", level, 1), ("loss", 1 - level, -1))
    }
    return {
        "test_accuracy": level,
        "test_balanced_accuracy": level - 0.01,
        "test_macro_f1": level - 0.02,
        "test_loss": 1 - level,
        "test_calibration_error": 0.05,
        "test_recalls": tuple(float(recall) for recall in recalls),
        "further": further,
    }

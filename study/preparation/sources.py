"""Start weights for `weights: source`: trained once on the source's data, kept by content."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study.search.jobs import Job, run_info
from trainables.data import PreparedData
from trainables.identity import identity

logger = logging.getLogger(__name__)

KEY_VERSION = 2

_WITHOUT_EFFECT = frozenset(
    {"range_test_rule", "range_test_repeats", "tta_views", "snapshots", "activation_views", "batch_norm"}
)
"""Settings that a training at a given rate, of which only the last weights are wanted, does not depend on."""


@dataclass(frozen=True, kw_only=True)
class SourceTraining:
    """How source weights are trained: one plain cosine from a random start, the same for all architectures.

    Attributes:
        study: Name of the study.
        data: The source's images.
        epochs: Length of the training.
        lr: Peak rate.
        common: The machine's settings and the constants of the training, as in every run of the study.
    """

    study: str
    data: PreparedData
    epochs: int
    lr: float
    common: Mapping[str, Any]

    def config(self, architecture: str, *, seed: int, cache: Path) -> dict[str, Any]:
        """Return the flat configuration of one architecture's training."""
        config = {
            **{key: value for key, value in self.common.items() if key not in _WITHOUT_EFFECT},
            "recipe": "cosine",
            "lr": self.lr,
            "data": self.data.key,
            "epochs": self.epochs,
            "architecture": architecture,
            "weights": "none",
            "seed": seed,
        }
        return {**config, "save_weights": str(cache / "weights" / f"{_key(config)}.pt")}


def source_jobs(
    training: SourceTraining,
    architectures: tuple[str, ...],
    *,
    seed: int,
    cache: Path,
    pretrained: frozenset[str] = frozenset(),
) -> tuple[dict[str, str], tuple[Job, ...]]:
    """Return the weights file of every architecture, and the jobs for those that are not there yet.

    Args:
        training: How they are trained.
        architectures: The study's.
        seed: Of the training.
        cache: The machine's cache folder.
        pretrained: The jobs that the study began with, where it is continued: they are its jobs again.
    """
    files: dict[str, str] = {}
    jobs = []
    for architecture in architectures:
        config = training.config(architecture, seed=seed, cache=cache)
        file = Path(config["save_weights"])
        file.parent.mkdir(parents=True, exist_ok=True)
        files[architecture] = str(file)
        run = f"source-{architecture}"
        if run in pretrained or not is_whole(file):
            info = run_info(training.study, "source", "pretrain", run, config)
            jobs.append(Job(info=info, config=config))
    return files, tuple(jobs)


def is_whole(weights: Path) -> bool:
    """Whether a weights file is there and was not cut off, as on a full disk."""
    from trainables.checkpoint import load_state

    try:
        return weights.exists() and bool(load_state(weights))
    except ValueError as error:
        logger.warning("%s; it is trained anew", error)
        return False


def _key(config: Mapping[str, Any]) -> str:
    """Return a hash of what decides the weights; where they are computed and kept does not."""
    elsewhere = {"cache", "num_threads", "checkpoint_last", "checkpoint_seconds", "device"}
    parts = sorted((key, value) for key, value in config.items() if key not in elsewhere)
    return hashlib.sha256(identity((KEY_VERSION, parts)).encode()).hexdigest()[:32]

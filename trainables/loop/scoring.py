"""Scores of a network's outputs on a split: the metrics, and with them the run's objective."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainables.config import RunConfig
from trainables.loop.metrics import Metrics, accuracy, balanced_accuracy, measure, measure_probabilities
from trainables.loop.multi_label import measure_label_probabilities, measure_label_sets
from trainables.objectives import MEASURES, Scored, log_odds, log_odds_of_classes, objective_of
from trainables.objectives.sensitivity import specificity

Scores = npt.NDArray[np.float32]
_LARGEST = 1e30
"""Log-odds are finite in a record; those of outputs that are not count as 0."""


def probabilities_of(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the probability of each class or label of outputs (N, K), given labels (N,) or label sets (N, K)."""
    return outputs.sigmoid() if labels.ndim == 2 else outputs.softmax(1)


def scores_of(outputs: Tensor, labels: Tensor) -> Scores:
    """Return the log-odds of each class or label, (N, K), with the precision that is kept on record."""
    values = outputs.double()
    if labels.ndim == 1:
        logs = values.log_softmax(1)
        values = (
            logs - torch.expm1(logs).neg().log()
        )  # in double precision p stays apart from 1 up to odds of 1e15
    return _kept(values.cpu().numpy())


def scores_of_probabilities(probabilities: Tensor, labels: Tensor) -> Scores:
    """Return the log-odds of probabilities (N, K), given labels (N,) or label sets (N, K)."""
    odds = log_odds if labels.ndim == 2 else log_odds_of_classes
    return _kept(odds(probabilities.cpu().numpy()))


def _kept(values: npt.NDArray[np.float64]) -> Scores:
    found: Scores = np.nan_to_num(values).clip(-_LARGEST, _LARGEST).astype(np.float32)
    return found


def scored_of(scores: npt.ArrayLike, labels: Tensor) -> Scored:
    """Return a split's scores with its labels."""
    values = np.asarray(scores, dtype=np.float64)
    truth = labels.cpu().numpy()
    if truth.ndim == 2:
        return Scored.of_label_sets(values, label_sets=truth)
    return Scored.of_classes(values, labels=truth, predicted=values.argmax(1))


def measured(
    outputs: Tensor, labels: Tensor, *, config: RunConfig, threshold: float | None = None
) -> Metrics:
    """Return the metrics of a network's outputs (N, K), the objective among them.

    Args:
        outputs: Logits.
        labels: Classes (N,), or label sets (N, K).
        config: Says which objective.
        threshold: Of a sensitivity; None chooses it on these images.

    Raises:
        ValueError: If no class, or not the positive one, has what the objective needs.
    """
    metrics = measure_label_sets(outputs, labels) if labels.ndim == 2 else measure(outputs, labels)
    if objective_of(config.objective).is_counted:
        return metrics
    return _with_objective(metrics, scores_of(outputs, labels), labels, config=config, threshold=threshold)


def measured_probabilities(
    probabilities: Tensor, labels: Tensor, *, config: RunConfig, threshold: float | None = None
) -> Metrics:
    """Return the metrics of probabilities (N, K); see `measured`."""
    if labels.ndim == 2:
        metrics = measure_label_probabilities(probabilities, labels)
    else:
        metrics = measure_probabilities(probabilities, labels)
    if objective_of(config.objective).is_counted:
        return metrics
    scores = scores_of_probabilities(probabilities, labels)
    return _with_objective(metrics, scores, labels, config=config, threshold=threshold)


def training_objective(outputs: Tensor, labels: Tensor, *, config: RunConfig) -> float | None:
    """Return the run's objective on what was kept (`kept`) while training; None where it can be taken of no class."""
    objective = objective_of(config.objective)
    if objective.is_counted:
        return (accuracy if config.objective == "accuracy" else balanced_accuracy)(outputs, labels)
    scored = scored_of(scores_of(outputs, labels), labels)
    threshold = objective.threshold(scored, positive=config.positive)
    return objective.value(scored, positive=config.positive, threshold=threshold)


def kept(outputs: Tensor, *, config: RunConfig) -> Tensor:
    """Return what is kept of a training batch's outputs (B, K): the class predicted, or all where scores are asked."""
    return outputs.detach() if objective_of(config.objective).needs_scores else outputs.detach().argmax(1)


def further_measures(
    scores: Scores, labels: Tensor, *, config: RunConfig, threshold: float | None
) -> tuple[dict[str, float], dict[str, tuple[float | None, ...]]]:
    """Return what else is recorded of the test split: means over classes by name, and the same of each class.

    Beside the measures there are, of a sensitivity, the `threshold` and the `specificity` that it reached.

    Args:
        scores: See `scores_of`.
        labels: Classes (N,), or label sets (N, K).
        config: The run's settings.
        threshold: Of a sensitivity.
    """
    scored = scored_of(scores, labels)
    each = {name: measure.of_each(scored) for name, measure in MEASURES.items()}
    means = {name: measure.mean(scored) for name, measure in MEASURES.items()}
    found = {name: value for name, value in means.items() if value is not None}
    if threshold is not None:
        positive = scored.one(config.positive)
        found["threshold"] = threshold
        if not positive.truth.all():
            found["specificity"] = specificity(positive, threshold=threshold)
    return found, each


def _with_objective(
    metrics: Metrics, scores: Scores, labels: Tensor, *, config: RunConfig, threshold: float | None
) -> Metrics:
    objective, scored = objective_of(config.objective), scored_of(scores, labels)
    if threshold is None:
        threshold = objective.threshold(scored, positive=config.positive)
    value = objective.value(scored, positive=config.positive, threshold=threshold)
    if value is None:
        raise ValueError(
            f"objective: {objective.words} cannot be taken of a split in which {objective.lacking}"
        )
    return replace(metrics, value=value, threshold=threshold)

"""Evaluation: of the network after every epoch; at the run's end of the test split, ensembles and averages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torch import Tensor

from trainables.config import RunConfig
from trainables.generators import seed_for
from trainables.inputs.images import ImageTensors
from trainables.inputs.inputs import ImageInputs, Inputs, logits
from trainables.loop.epoch import batches_of
from trainables.loop.metrics import Metrics
from trainables.loop.phase_setup import RunningPhase, Task, scaled
from trainables.loop.scoring import (
    further_measures,
    measured,
    measured_probabilities,
    probabilities_of,
    scores_of,
)
from trainables.loop.snapshots import Snapshots
from trainables.objectives import objective_of


def named(split: str, metrics: Metrics, objective: str) -> dict[str, Any]:
    """Return a split's measurements, named as in `EpochRecord`."""
    return {
        f"{split}_loss": metrics.loss,
        f"{split}_accuracy": metrics.accuracy,
        f"{split}_balanced_accuracy": metrics.balanced_accuracy,
        f"{split}_macro_f1": metrics.macro_f1,
        f"{split}_calibration_error": metrics.calibration_error,
        f"{split}_recalls": metrics.recalls,
        f"{split}_objective": metrics.objective(objective),
    }


def validate(running: RunningPhase, config: RunConfig) -> Metrics:
    """Return the measurements of the phase's module on its validation inputs."""
    return measured(logits(running.module, running.val), running.val.labels, config=config)


def measure_end(
    running: RunningPhase, task: Task, *, config: RunConfig, snapshots: Snapshots, val: Metrics
) -> dict[str, Any]:
    """Return what only the end of a run measures, named as in `EpochRecord`.

    Args:
        running: The last phase.
        task: Network and data; the test split is opened where `config.measure_test` is set.
        config: The run's settings.
        snapshots: Networks of the latest cycle ends.
        val: The last network's measurements on the validation split.
    """
    splits = {"val": task.val} | ({"test": task.open_test()} if config.measure_test else {})
    found: dict[str, Any] = {"val_confusion": val.confusion}
    if "test" in splits:
        found |= _test(task, splits["test"], running, config, val.threshold)
    further = dict(_further(running, task, splits, config=config, snapshots=snapshots))
    return found | {"further": further}


def _test(
    task: Task, data: ImageTensors, running: RunningPhase, config: RunConfig, threshold: float | None
) -> dict[str, Any]:
    inputs = _inputs(data, running, config)
    labels, outputs = inputs.labels, logits(task.network, inputs)
    scores = scores_of(outputs, labels)
    means, each = further_measures(scores, labels, config=config, threshold=threshold)
    metrics = measured(outputs, labels, config=config, threshold=threshold)
    keeps_scores = labels.ndim == 2 or objective_of(config.objective).needs_scores
    return {
        **named("test", metrics, config.objective),
        **_predictions(outputs, labels),
        "test_measures": means,
        "test_by_class": each,
        "test_scores": tuple(map(tuple, scores.tolist())) if keeps_scores else None,
    }


def _predictions(outputs: Tensor, labels: Tensor) -> dict[str, Any]:
    if labels.ndim == 2:
        return {"test_predictions": tuple("".join(map(str, row)) for row in (outputs > 0).int().tolist())}
    true_probabilities = outputs.softmax(1).gather(1, labels[:, None])[:, 0]
    return {
        "test_predictions": tuple(outputs.argmax(1).tolist()),
        "test_true_probabilities": tuple(true_probabilities.tolist()),
    }


def _further(
    running: RunningPhase,
    task: Task,
    splits: Mapping[str, ImageTensors],
    *,
    config: RunConfig,
    snapshots: Snapshots,
) -> Iterator[tuple[str, float]]:
    """Yield the further measurements by name; each way of predicting is prepared once for all splits."""
    for way, predict in _ways(running, task, config, snapshots):
        threshold = None  # chosen on validation, which comes first, by each way for itself
        for split, data in splits.items():
            inputs = _inputs(data, running, config)
            metrics = measured_probabilities(
                predict(inputs), inputs.labels, config=config, threshold=threshold
            )
            threshold = metrics.threshold
            yield f"{split}/{way}/objective", metrics.objective(config.objective)
            yield f"{split}/{way}/loss", metrics.loss


def _ways(
    running: RunningPhase, task: Task, config: RunConfig, snapshots: Snapshots
) -> Iterator[tuple[str, Callable[[Inputs], Tensor]]]:
    network = task.network
    if config.tta_views:
        yield "tta", lambda inputs: tta_probabilities(task, inputs, num_views=config.tta_views)
    if len(snapshots):
        yield "ensemble", lambda inputs: snapshots.probabilities(network, inputs)
        train = _inputs(scaled(task.train, running.phase.training), running, config)
        train.begin_epoch(config.epochs)
        batches = batches_of(running, config=config, epoch=config.epochs)
        averaged = snapshots.average(network, train, batches=batches)
        yield "average", lambda inputs: probabilities_of(logits(averaged, inputs), inputs.labels)


def tta_probabilities(task: Task, inputs: Inputs, *, num_views: int) -> Tensor:
    """Return the mean of the probabilities of each image and of its augmented views, (N, K).

    Args:
        task: Its network predicts.
        inputs: The split; views are augmented as training images are.
        num_views: Views beside the image itself.

    Source: fast.ai's lesson 2: the image and 4 random augmentations.
    """
    total = probabilities_of(logits(task.network, inputs), inputs.labels)
    for view in range(num_views):
        inputs.begin_epoch(-1 - view)
        total = total + probabilities_of(logits(task.network, inputs, training=True), inputs.labels)
    return total / (num_views + 1)


def _inputs(data: ImageTensors, running: RunningPhase, config: RunConfig) -> ImageInputs:
    """Return a split's images, whose augmentation draws from a stream of its own."""
    return ImageInputs(data=data, how=running.phase.training, seed=seed_for(config.seed, "evaluation"))

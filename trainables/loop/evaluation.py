"""Evaluation: of the network after every epoch; at the run's end of the test split, ensembles and averages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torch import Tensor

from trainables.config import Objective, RunConfig
from trainables.generators import seed_for
from trainables.inputs.images import ImageTensors
from trainables.inputs.inputs import ImageInputs, Inputs, logits
from trainables.loop.epoch import batches_of
from trainables.loop.metrics import Metrics, measure, measure_probabilities
from trainables.loop.phase_setup import RunningPhase, Task, scaled
from trainables.loop.snapshots import Snapshots


def named(split: str, metrics: Metrics, objective: Objective) -> dict[str, Any]:
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


def validate(running: RunningPhase) -> Metrics:
    """Return the measurements of the phase's module on its validation inputs."""
    return measure(logits(running.module, running.val), running.val.labels)


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
        found |= _test(task, splits["test"], running, config)
    further = dict(_further(running, task, splits, config=config, snapshots=snapshots))
    return found | {"further": further}


def _test(task: Task, data: ImageTensors, running: RunningPhase, config: RunConfig) -> dict[str, Any]:
    inputs = _inputs(data, running, config)
    outputs = logits(task.network, inputs)
    true_probabilities = outputs.softmax(1).gather(1, inputs.labels[:, None])[:, 0]
    return {
        **named("test", measure(outputs, inputs.labels), config.objective),
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
        for split, data in splits.items():
            inputs = _inputs(data, running, config)
            metrics = measure_probabilities(predict(inputs), inputs.labels)
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
        yield "average", lambda inputs: logits(averaged, inputs).softmax(1)


def tta_probabilities(task: Task, inputs: Inputs, *, num_views: int) -> Tensor:
    """Return the mean of the probabilities of each image and of its augmented views, (N, K).

    Args:
        task: Its network predicts.
        inputs: The split; views are augmented as training images are.
        num_views: Views beside the image itself.

    Source: fast.ai's lesson 2: the image and 4 random augmentations.
    """
    total = logits(task.network, inputs).softmax(1)
    for view in range(num_views):
        inputs.begin_epoch(-1 - view)
        total = total + logits(task.network, inputs, training=True).softmax(1)
    return total / (num_views + 1)


def _inputs(data: ImageTensors, running: RunningPhase, config: RunConfig) -> ImageInputs:
    """Return a split's images, whose augmentation draws from a stream of its own."""
    return ImageInputs(data=data, how=running.phase.training, seed=seed_for(config.seed, "evaluation"))

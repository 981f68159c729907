"""The record of an epoch, which a run reports at its end: the one definition that writers and readers share.

Standard library only, so that analysis can read records on a machine without PyTorch or Ray.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

Status = Literal["running", "finished", "stopped", "diverged", "out_of_memory", "failed"]
Stage = Literal["pretrain", "search", "selection", "confirm"]

STATUSES: tuple[str, ...] = get_args(Status)
STAGES: tuple[str, ...] = get_args(Stage)


@dataclass(frozen=True, kw_only=True)
class EpochRecord:
    """One epoch of one run. A value that was not measured is None, never 0.

    Attributes:
        epoch: Epochs completed, counted over all phases, from 1.
        phase: Name of the phase that the epoch belongs to.
        cycle: Index of the cosine cycle within the phase, from 0.
        cycle_ended: Whether a cycle ended with this epoch.
        judged: Whether `val_objective` may be compared between runs: at cycle ends, and after every epoch but a
            warm-up's of a phase that has no cycles.
        status: "running", or how the run ended; "stopped" where the study's trial scheduler ended it. Only the last
            record of a run has another status.
        rates: Learning rate of every depth group at the epoch's first step, stem first. Frozen groups have 0.
        num_steps: Optimizer steps of this epoch.
        body_passes: Images that ran through the body in this epoch to train or to make features (range test
            and features included, validation not); in an epoch taken from another trial, when it was trained there.
        train_loss: Mean loss over the epoch's training images, as trained (augmented).
        train_objective: The objective on the same images, from the predictions made while training; None where
            images were mixed.
        val_loss: Mean cross-entropy (log loss) on the validation split, in nats; of several labels an image the binary
            one, summed over labels. They have no accuracies, no calibration error and no confusions. Everything that
            validation measures is of the network as it stands at the epoch's end; where the phase ended there with its
            best state, of that.
        val_accuracy: Fraction in [0, 1].
        val_balanced_accuracy: Mean recall of the classes, in [0, 1].
        val_macro_f1: Mean F1 score of the classes, in [0, 1].
        val_calibration_error: Expected calibration error over 15 bins, in [0, 1].
        val_recalls: Recall of each class, None for one without images.
        val_objective: The study's objective on the validation split.
        val_accuracy_before_unfreezing: Validation accuracy just before groups were unfrozen, in the first epoch of
            the phase that did; the epoch's `val_accuracy` is that after.
        restored_epoch: Epoch whose state the network went back to at the end of this one, where it did.
        objective: `val_objective` at the last judged epoch; None before the first one.
        images_per_second: Training images of this epoch for each second of training.
        range_test_seconds: Spent on range tests in this epoch.
        features_seconds: Spent in this epoch on computing activations.
        training_seconds: Spent in this epoch on training steps, batches included.
        validation_seconds: Spent in this epoch on validation.
        waiting_seconds: Spent in this epoch on waiting for something that another trial was building.
        shared_seconds: What was taken from other trials in this epoch cost when they built it; of an epoch taken whole,
            all that it cost.
        cost_seconds: What the run would have cost alone up to here: range test, features, training and shared
            seconds of all its epochs. Validation and waiting are not counted.
        suggested_lr: The range test's suggestion, in the epoch before which it ran.
        test_loss: Test measurements are made once, with the last epoch of a confirmation run.
        test_accuracy: Fraction in [0, 1].
        test_balanced_accuracy: Mean recall of the classes, in [0, 1].
        test_macro_f1: Mean F1 score of the classes, in [0, 1].
        test_calibration_error: Expected calibration error over 15 bins, in [0, 1].
        test_recalls: Recall of each class, None for one without images.
        test_objective: The study's objective on the test split.
        val_confusion: Images by true class (rows) and predicted class, with the run's last epoch.
        further: Measurements beside the last network's, with the run's last epoch: "val/tta/objective" and
            "val/tta/loss" from the image and its augmented views, likewise "ensemble" and "average" of the cycle
            ends' networks that were kept, and the same for "test".
        test_measures: Further means over classes on the test split by their names in `trainables.objectives`, in
            [0, 1]; of a sensitivity its `threshold`, in log-odds, chosen on validation, and the `specificity` there.
        test_by_class: The same measures of each class or label; None where it has no images that they need.
        test_predictions: Predicted class index of every test image, in the split's order; where images have several
            labels, a text with a 1 for each label predicted and a 0 for each other.
        test_true_probabilities: Probability given to the true class of every test image.
        test_scores: Log-odds of every class or label of every test image, where images have several labels or the
            objective is made of them.
    """

    epoch: int
    phase: str
    cycle: int
    cycle_ended: bool
    judged: bool
    status: Status
    rates: Mapping[str, float]
    num_steps: int
    body_passes: int
    train_loss: float | None = None
    train_objective: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    val_balanced_accuracy: float | None = None
    val_macro_f1: float | None = None
    val_calibration_error: float | None = None
    val_recalls: tuple[float | None, ...] | None = None
    val_objective: float | None = None
    val_accuracy_before_unfreezing: float | None = None
    restored_epoch: int | None = None
    objective: float | None = None
    images_per_second: float | None = None
    range_test_seconds: float = 0.0
    features_seconds: float = 0.0
    training_seconds: float = 0.0
    validation_seconds: float = 0.0
    waiting_seconds: float = 0.0
    shared_seconds: float = 0.0
    cost_seconds: float = 0.0
    suggested_lr: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    test_balanced_accuracy: float | None = None
    test_macro_f1: float | None = None
    test_calibration_error: float | None = None
    test_recalls: tuple[float | None, ...] | None = None
    test_objective: float | None = None
    val_confusion: tuple[tuple[int, ...], ...] | None = None
    further: Mapping[str, float] = field(default_factory=dict)
    test_measures: Mapping[str, float] | None = None
    test_by_class: Mapping[str, tuple[float | None, ...]] | None = None
    test_predictions: tuple[int, ...] | tuple[str, ...] | None = field(default=None, repr=False)
    test_true_probabilities: tuple[float, ...] | None = field(default=None, repr=False)
    test_scores: tuple[tuple[float, ...], ...] | None = field(default=None, repr=False)


def without_epoch(status: Status, *, epochs: int, phase: str = "", cost_seconds: float = 0.0) -> EpochRecord:
    """Return the last record of a run that ended within an epoch: nothing of that epoch was measured.

    Args:
        status: How the run ended.
        epochs: Epochs that it had completed.
        phase: Phase in which it ended, where that is known.
        cost_seconds: What it had cost until then.
    """
    return EpochRecord(
        epoch=epochs + 1,
        phase=phase,
        cycle=0,
        cycle_ended=False,
        judged=False,
        status=status,
        rates={},
        num_steps=0,
        body_passes=0,
        cost_seconds=cost_seconds,
    )


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """Which run a record belongs to.

    Attributes:
        study: Name of the study.
        arm: Name of the arm; "source" for the pre-training runs.
        stage: Part of the study that the run belongs to.
        run: Name of the run, unique in the study: `ARM-0007`, `ARM-0007-select-1001`, `ARM-confirm-3`; where an arm
            has several independent searches, `ARM-r2-0007` and so on.
        seed: Seed of the run. Confirmation runs of different arms with the same seed are pairs.
        architecture: Name of the network.
        recipe: Name of the recipe.
        overall: True for the runs of an arm's overall winner in confirmation; False for confirmation runs of
            the best configuration within one architecture, and in all other stages.
        config: The run's whole flat configuration.
        extension: 0 for the study as it was begun, k for what its k-th extension added.
        repeat: Which of the arm's independent searches the run belongs to, counted from 1.
    """

    study: str
    arm: str
    stage: Stage
    run: str
    seed: int
    architecture: str
    recipe: str
    overall: bool
    config: Mapping[str, Any]
    extension: int = 0
    repeat: int = 1


NOT_TABULAR = ("test_predictions", "test_true_probabilities", "test_scores")
"""Fields of a record that go to predictions.parquet, one row an image, instead of records.parquet."""


AS_JSON = (
    "rates",
    "val_recalls",
    "test_recalls",
    "val_confusion",
    "further",
    "test_measures",
    "test_by_class",
)
"""Fields of a record that a row holds as JSON text; an absent value stays absent."""


PLACE_KEYS = frozenset(("cache", "save_weights", "continue_from", "profile", "share_prefixes"))
"""Keys of a configuration that say where a run keeps files, or what it shares them under: no part of what it is."""


def to_row(info: RunInfo, record: EpochRecord) -> dict[str, Any]:
    """Return one flat row of records.parquet: the run's fields, then the record's, nested ones as JSON."""
    row = {f.name: getattr(info, f.name) for f in fields(info)}
    row["config"] = json.dumps(dict(info.config), sort_keys=True)
    row |= {f.name: getattr(record, f.name) for f in fields(record) if f.name not in NOT_TABULAR}
    row |= {name: json.dumps(row[name]) for name in AS_JSON if row[name] is not None}
    return row


def nested(row: Mapping[str, Any], name: str) -> Any:
    """Return what a row holds as JSON text, the configuration or a field of `AS_JSON`; None where that is absent."""
    text = row[name]
    return None if text is None else json.loads(text)

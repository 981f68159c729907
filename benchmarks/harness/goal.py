"""An accuracy to reach, and how far a run came."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Goal:
    """The accuracy and what is set on the way there, the same for both sides.

    Attributes:
        accuracy: To reach on the validation split.
        architecture: Name of the network.
        width: Of `small_resnet`.
        epochs: Length of the one cycle.
        batch_size: Images of a batch.
        lr: Peak rate.
        momentum: Nesterov's.
        weight_decay: Of weights; biases and norms have none.
        label_smoothing: Share of the target that is spread over all classes.
    """

    accuracy: float = 0.94
    architecture: str = "resnet18"
    width: int = 64
    epochs: int = 30
    batch_size: int = 512
    lr: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Way:
    """How far a run came.

    Attributes:
        seconds: Of training up to the first epoch that reached the goal, or of the whole run.
        best: Best accuracy on the validation split; None where no epoch was measured.
        reached: Whether the goal was.
    """

    seconds: float
    best: float | None
    reached: bool


def way_to(accuracy: float, epochs: Iterable[tuple[float, float | None]]) -> Way:
    """Return how far a run came; it is trained no further than to the accuracy.

    Args:
        accuracy: To reach.
        epochs: Seconds of training and accuracy of each epoch, None where it was not measured.
    """
    total, best = 0.0, None
    for seconds, found in epochs:
        total += seconds
        if found is None:
            continue
        best = found if best is None else max(best, found)
        if found >= accuracy:
            return Way(seconds=total, best=best, reached=True)
    return Way(seconds=total, best=best, reached=False)

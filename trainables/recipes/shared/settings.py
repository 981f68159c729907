"""Settings that recipes share, with what a phase takes of each: a recipe's `Settings` derives from several of them."""

from dataclasses import dataclass
from typing import Literal

from trainables.errors import refused
from trainables.limits import CycleLength, Epochs, EpochsOrNone, Fraction, Positive, Share
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import AutoRate, Grouping, LayerRates
from trainables.schedules import Cosine, LastCycle, Schedule, WarmUp, WarmUpShape, restarts
from trainables.settings import check_bounds


@dataclass(frozen=True, kw_only=True)
class Part:
    """Settings that several recipes share: a recipe's `Settings` derives from the parts that it has.

    The bounds of single fields are annotated (`trainables.limits`). A part that has to check more does so in
    `__post_init__` and calls `super().__post_init__()` first, so that all parts are checked in turn.
    """

    def __post_init__(self) -> None:
        """Refuse numbers out of their bounds."""
        check_bounds(self)


def check_times(name: str, lr: float | str, times: float) -> None:
    """Refuse a multiple of "auto" that is set without it."""
    if lr != "auto" and times != 1.0:
        raise refused(
            f"{name}_times", times, "1", but=f"{name} is {lr}", because=f"as it multiplies {name} auto only"
        )


def rate(lr: float | Literal["auto"], times: float) -> float | AutoRate:
    """Return the phase's rate for the settings `lr` and `lr_times`."""
    return AutoRate(times=times) if lr == "auto" else lr


def check_budget(epochs: int, least: int, why: str) -> None:
    """Refuse a budget below `least` epochs.

    Args:
        epochs: The budget.
        least: Epochs that the recipe takes at least.
        why: What they are needed for.
    """
    if epochs < least:
        raise refused("epochs", epochs, f"{least} or more", because=why)


@dataclass(frozen=True, kw_only=True)
class LearningRate(Part):
    """The peak rate of the last group that trains.

    Attributes:
        lr: The rate, or "auto" for the range test's suggestion at the start of the phase.
        lr_times: Multiple of the suggestion.
    """

    lr: Positive | Literal["auto"] = 1e-2
    lr_times: Positive = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_times("lr", self.lr, self.lr_times)

    @property
    def initial_lr(self) -> float | AutoRate:
        """The rate as a phase takes it."""
        return rate(self.lr, self.lr_times)


@dataclass(frozen=True, kw_only=True)
class HeadLearningRate(Part):
    """The peak rate of the head alone.

    Attributes:
        head_lr: The rate, or "auto" for the range test's suggestion at the start of the phase.
        head_lr_times: Multiple of the suggestion for the head alone.
    """

    head_lr: Positive | Literal["auto"] = 1e-2
    head_lr_times: Positive = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_times("head_lr", self.head_lr, self.head_lr_times)

    @property
    def head_initial_lr(self) -> float | AutoRate:
        """The rate as a phase takes it."""
        return rate(self.head_lr, self.head_lr_times)


DEFAULT_STEM_TO_HEAD = 0.1


@dataclass(frozen=True, kw_only=True)
class LayerRatio(Part):
    """Rates of the depth groups.

    Attributes:
        grouping: The depth groups that get rates of their own.
        stem_to_head: Ratio of the stem's rate to the head's; 0.1 where neither it nor `layer_decay` is set.
        layer_decay: Instead of `stem_to_head`: ratio of each group's rate to the next one's.
    """

    grouping: Grouping = "block"
    stem_to_head: Share | None = None
    layer_decay: Share | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.layer_decay is not None and self.stem_to_head is not None:
            raise refused(
                "layer_decay", self.layer_decay, "one of them", but=f"stem_to_head is {self.stem_to_head}"
            )

    @property
    def layers(self) -> LayerRates:
        """The rates as a phase takes them."""
        if self.layer_decay is not None:
            return LayerRates(grouping=self.grouping, layer_decay=self.layer_decay)
        ratio = DEFAULT_STEM_TO_HEAD if self.stem_to_head is None else self.stem_to_head
        return LayerRates(grouping=self.grouping, stem_to_head=ratio)


@dataclass(frozen=True, kw_only=True)
class Cycles(Part):
    """The cycles of a phase.

    Attributes:
        cycle_len: Length of the first cycle, in epochs.
        cycle_mult: Growth of the cycles; whole or real.
        last_cycle: See `trainables.schedules.restarts`.
        floor_fraction: Rate at the end of a cycle, as a fraction of the first peak.
        peak_decay: Ratio of each cycle's peak to the one before it.
    """

    cycle_len: CycleLength = 1.0
    cycle_mult: CycleLength = 2.0
    last_cycle: LastCycle = "stretch"
    floor_fraction: Fraction = 0.0
    peak_decay: Share = 1.0

    def cycles(self, num_epochs: int) -> Cosine:
        """Return the cycles of `num_epochs` epochs; they are fewer where `last_cycle` is "drop"."""
        return restarts(
            num_epochs,
            cycle_len=self.cycle_len,
            cycle_mult=self.cycle_mult,
            last_cycle=self.last_cycle,
            floor_fraction=self.floor_fraction,
            peak_decay=self.peak_decay,
        )


@dataclass(frozen=True, kw_only=True)
class Warming(Part):
    """A warm-up at the start of the phase of all layers.

    Attributes:
        warm_up_epochs: Epochs in which the rate rises from 0 to its peak; they count in the budget.
        warm_up: "linear" (Goyal et al., 2017; He et al., 2019), or "cosine", the thesis's reversed cosine.
    """

    warm_up_epochs: EpochsOrNone = 0
    warm_up: WarmUpShape = "linear"

    def after_warm_up(self, num_epochs: int) -> int:
        """Return the epochs that the warm-up leaves of a phase of `num_epochs`.

        Raises:
            ValueError: If it leaves none.
        """
        if self.warm_up_epochs >= num_epochs:
            raise refused(
                "warm_up_epochs",
                self.warm_up_epochs,
                f"at most {num_epochs - 1}",
                but=f"its phase has {num_epochs} epochs",
            )
        return num_epochs - self.warm_up_epochs

    def warmed(self, schedule: Schedule) -> Schedule:
        """Return the warm-up, where it has epochs, and then `schedule`."""
        if not self.warm_up_epochs:
            return schedule
        return WarmUp(num_epochs=self.warm_up_epochs, shape=self.warm_up, then=schedule)


@dataclass(frozen=True, kw_only=True)
class Ending(Part):
    """When validation ends a phase early. Only judged epochs count: the ends of cycles, where there are cycles.

    Attributes:
        target: The phase ends once the objective is at least this, in (0, 1]; None has no target.
        patience: Judged epochs in a row without a better value after which the phase overfits and ends, with
            its best state; None never looks.
    """

    target: Share | None = None
    patience: Epochs | None = None

    @property
    def early_stopping(self) -> EarlyStopping:
        """Early stopping as a phase takes it."""
        return EarlyStopping(target=self.target, patience=self.patience)

"""The peak rate of the phase in which the head trains alone."""

from dataclasses import dataclass
from typing import Literal

from trainables.limits import Positive
from trainables.plan.phases import AutoRate
from trainables.recipes._checks import check_times, rate
from trainables.recipes._part import Part


@dataclass(frozen=True, kw_only=True)
class HeadRate(Part):
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
    def head_peak(self) -> float | AutoRate:
        """The rate as a phase takes it."""
        return rate(self.head_lr, self.head_lr_times)

"""The peak rate, which every recipe has."""

from dataclasses import dataclass
from typing import Literal

from trainables.limits import Positive
from trainables.plan.phases import AutoRate
from trainables.recipes._checks import check_times, rate
from trainables.recipes._part import Part


@dataclass(frozen=True, kw_only=True)
class PeakRate(Part):
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
    def peak(self) -> float | AutoRate:
        """The rate as a phase takes it."""
        return rate(self.lr, self.lr_times)

"""All layers at one rate from start to end: the baseline."""

from dataclasses import dataclass
from typing import Literal

from trainables.phases import Phase
from trainables.recipes._checks import check_rate, rate
from trainables.schedules import Constant


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of `fixed_rate`.

    Attributes:
        lr: Rate of every layer, or "auto" for the range test's suggestion.
        lr_times: Multiple of the suggestion.
    """

    lr: float | Literal["auto"] = 1e-2
    lr_times: float = 1.0

    def __post_init__(self) -> None:
        check_rate("lr", self.lr, self.lr_times)


def phases(settings: Settings, *, epochs: int) -> tuple[Phase, ...]:
    """Return one phase of `epochs` epochs at a constant rate.

    Source: the baseline of Mishra et al. (2019), without its early stopping and restarts.
    """
    return (
        Phase(name="all", num_epochs=epochs, lr=rate(settings.lr, settings.lr_times), schedule=Constant()),
    )

"""All layers, one plain cosine over the whole budget: the baseline that restarts and layer rates must face."""

from dataclasses import dataclass
from typing import Literal

from trainables.phases import Phase
from trainables.recipes._checks import check_rate, rate
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of `cosine`.

    Attributes:
        lr: Peak rate of every layer, or "auto" for the range test's suggestion.
        lr_times: Multiple of the suggestion.
    """

    lr: float | Literal["auto"] = 1e-2
    lr_times: float = 1.0

    def __post_init__(self) -> None:
        check_rate("lr", self.lr, self.lr_times)


def phases(settings: Settings, *, epochs: int) -> tuple[Phase, ...]:
    """Return one phase whose rate falls from `lr` to 0 along one cosine.

    Source: Loshchilov & Hutter (2017), without restarts.
    """
    return (
        Phase(
            name="all",
            num_epochs=epochs,
            lr=rate(settings.lr, settings.lr_times),
            schedule=Cosine(cycle_ends=(epochs,)),
        ),
    )

"""The adaptation: head first, then all layers at rates that fall towards the stem, both with warm restarts."""

from dataclasses import dataclass
from typing import Literal

from trainables.phases import Grouping, LayerRates, Phase
from trainables.recipes._checks import check_fraction, check_rate, rate
from trainables.schedules import Cosine, LastCycle, restarts

DEFAULT_STEM_TO_HEAD = 0.1


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of `adaptation`.

    Attributes:
        lr: Peak rate of the head while all layers train, or "auto" for the range test's suggestion.
        lr_times: Multiple of the suggestion.
        head_epochs: Epochs of the head alone, on cached activations of the frozen body; 0 leaves them out.
        head_lr: Peak rate of the head alone, or "auto".
        head_lr_times: Multiple of the suggestion for the head alone.
        cycle_len: Length of the first cycle, in epochs.
        cycle_mult: Growth of the cycles; whole or real.
        last_cycle: See `trainables.schedules.restarts`.
        floor_fraction: Rate at the end of a cycle, as a fraction of its peak.
        grouping: The depth groups that get rates of their own.
        stem_to_head: Ratio of the stem's rate to the head's; 0.1 where neither it nor `layer_decay` is set.
        layer_decay: Instead of `stem_to_head`: ratio of each group's rate to the next one's.
    """

    lr: float | Literal["auto"] = 1e-2
    lr_times: float = 1.0
    head_epochs: int = 1
    head_lr: float | Literal["auto"] = 1e-2
    head_lr_times: float = 1.0
    cycle_len: float = 1.0
    cycle_mult: float = 2.0
    last_cycle: LastCycle = "stretch"
    floor_fraction: float = 0.0
    grouping: Grouping = "block"
    stem_to_head: float | None = None
    layer_decay: float | None = None

    def __post_init__(self) -> None:
        check_rate("lr", self.lr, self.lr_times)
        check_rate("head_lr", self.head_lr, self.head_lr_times)
        if self.stem_to_head is not None:
            check_fraction("stem_to_head", self.stem_to_head)
        if self.head_epochs < 0:
            raise ValueError(f"head_epochs is {self.head_epochs}: 0 or more is allowed")
        if self.layer_decay is not None:
            check_fraction("layer_decay", self.layer_decay)
        if self.layer_decay is not None and self.stem_to_head is not None:
            raise ValueError(
                f"layer_decay is {self.layer_decay} and stem_to_head {self.stem_to_head}: set one of them"
            )
        restarts(
            1,
            cycle_len=self.cycle_len,
            cycle_mult=self.cycle_mult,
            floor_fraction=self.floor_fraction,
        )


def phases(settings: Settings, *, epochs: int) -> tuple[Phase, ...]:
    """Return the head phase (where it has epochs) and the phase of all layers; together `epochs` epochs.

    Args:
        settings: The recipe's settings.
        epochs: Budget; the epochs of the head phase count.

    Raises:
        ValueError: If the head phase leaves no epoch for the layers.

    Source: Mishra et al. (2019): activations precomputed for the head, SGDR, then all layers with differential
    rates and cycle-length multiplication. Departures: rates fall evenly over depth instead of in three
    sections (`grouping: section` gives those), and a whole number of cycles fills the budget.
    """
    if settings.head_epochs >= epochs:
        raise ValueError(
            f"head_epochs is {settings.head_epochs}, but the budget is {epochs} epochs: "
            f"at most {epochs - 1} is allowed"
        )
    body = _cycles(settings, epochs - settings.head_epochs, settings.last_cycle)
    all_layers = Phase(
        name="all",
        num_epochs=body.cycle_ends[-1],
        lr=rate(settings.lr, settings.lr_times),
        schedule=body,
        layers=LayerRates(
            grouping=settings.grouping,
            stem_to_head=_stem_to_head(settings),
            layer_decay=settings.layer_decay,
        ),
    )
    if not settings.head_epochs:
        return (all_layers,)
    head = Phase(
        name="head",
        num_epochs=settings.head_epochs,
        lr=rate(settings.head_lr, settings.head_lr_times),
        schedule=_cycles(settings, settings.head_epochs, "stretch"),
        first_group=-1,
        on="activations",
    )
    return (head, all_layers)


def _cycles(settings: Settings, num_epochs: int, last_cycle: LastCycle) -> Cosine:
    return restarts(
        num_epochs,
        cycle_len=settings.cycle_len,
        cycle_mult=settings.cycle_mult,
        last_cycle=last_cycle,
        floor_fraction=settings.floor_fraction,
    )


def _stem_to_head(settings: Settings) -> float:
    if settings.layer_decay is not None:
        return 1.0
    return DEFAULT_STEM_TO_HEAD if settings.stem_to_head is None else settings.stem_to_head

"""A phase: what trains, on what, at which rates, for how many epochs. A recipe returns a tuple of them."""

from dataclasses import dataclass, field
from typing import Literal

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.training import Place, Training
from trainables.schedules import Schedule

Grouping = Literal["block", "stage", "section"]


@stored_as("AutoRate")
@dataclass(frozen=True, kw_only=True)
class AutoRate:
    """A rate that a range test suggests.

    Attributes:
        times: Multiple of the suggestion that is used, above 0.
        tested_in: Name of an earlier phase of the run, tested too, whose suggestion is taken; None tests when the
            phase begins.
    """

    times: float = 1.0
    tested_in: str | None = None


@stored_as("LayerRates")
@dataclass(frozen=True, kw_only=True)
class LayerRates:
    """How rates fall from the head to the stem.

    Attributes:
        grouping: The depth groups: blocks, stages, or three sections (early, late, head).
        stem_to_head: Ratio of the first group's rate to the last one's, in (0, 1], spread evenly (on a
            logarithmic scale) over the depth.
        layer_decay: Instead of it: the ratio of each group's rate to the next one's, in (0, 1].
    """

    grouping: Grouping = "block"
    stem_to_head: float = 1.0
    layer_decay: float | None = None


@stored_as("Phase", early_stopping="watch")
@dataclass(frozen=True, kw_only=True)
class Phase:
    """One part of a run, with an optimizer of its own.

    Attributes:
        name: Short name, unique in the run.
        num_epochs: Length, at least 1; less where `early_stopping` ends the phase.
        lr: Rate of the last depth group that trains, where the schedule's factor is 1.
        schedule: Rate as a fraction of `lr`, at each step.
        layers: How the other groups' rates follow from it.
        first_group: Index of the first depth group that trains, as in a Python slice: 0 is the stem, -1 the
            head, and one that lies before the stem means the stem. The groups before it stay frozen.
        last_group: Index of the last depth group that trains, likewise; -1 is the head.
        on: "images", or "activations": the frozen body's outputs, computed once.
        training: How it trains.
        early_stopping: When validation ends it, or has it go on from its best state.
    """

    name: str
    num_epochs: int
    lr: float | AutoRate
    schedule: Schedule
    layers: LayerRates = LayerRates()
    first_group: int = 0
    last_group: int = -1
    on: Place = "images"
    training: Training = field(default_factory=Training)
    early_stopping: EarlyStopping = field(default_factory=EarlyStopping)

    def __post_init__(self) -> None:
        if self.on == "images":
            return
        assert (self.first_group, self.last_group) == (-1, -1), "below the head, activations would go stale"
        if self.training.batch_norm != "fixed":
            raise refused(
                "batch_norm",
                self.training.batch_norm,
                "fixed",
                but=f"phase {self.name} trains on activations, which are computed once",
            )

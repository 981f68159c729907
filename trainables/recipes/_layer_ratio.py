"""How rates fall from the head to the stem, as settings."""

from dataclasses import dataclass

from trainables.errors import refused
from trainables.limits import Share
from trainables.plan.phases import Grouping, LayerRates
from trainables.recipes._part import Part

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

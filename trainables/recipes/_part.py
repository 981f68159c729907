"""What the parts that settings are put together from have in common."""

from dataclasses import dataclass

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

"""What the parts that settings are put together from have in common."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """Settings that several recipes share: a recipe's `Settings` derives from the parts that it has.

    A part checks its own fields in `__post_init__` and calls `super().__post_init__()` first, so that all parts
    are checked in turn.
    """

    def __post_init__(self) -> None:
        """Nothing to check here."""

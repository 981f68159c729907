"""Execution of a network's steps, as far as one choice may be faster than another: layout, precision, compiling."""

from dataclasses import dataclass
from typing import Literal

from trainables.plan.training import Precision

Layout = Literal["contiguous", "channels_last"]
UnscaledPrecision = Literal["float32", "bfloat16"]
"""Those of `trainables.plan.training.Precision` whose gradients need no scaling."""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """A layout, a precision, and whether it is compiled; the defaults are PyTorch's own.

    Attributes:
        layout: How images and weights lie in memory.
        precision: Of forward and backward; weights stay float32.
        compile: Whether the network is compiled.
    """

    layout: Layout = "contiguous"
    precision: Precision = "float32"
    compile: bool = False

    def in_words(self) -> str:
        """Return what differs from PyTorch's own, for a sentence."""
        parts = [
            "with channels last" if self.layout == "channels_last" else "",
            f"in {self.precision}" if self.precision != "float32" else "",
            "compiled" if self.compile else "",
        ]
        return ", ".join(part for part in parts if part) or "in PyTorch's own layout"

"""What the steps of a network are computed in, as far as one choice may be faster than another on a machine."""

from dataclasses import dataclass
from typing import Literal

Layout = Literal["contiguous", "channels_last"]
UnscaledPrecision = Literal["float32", "bfloat16"]
"""Those of `trainables.training.Precision` whose gradients need no scaling."""


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """A layout and a precision; the defaults are PyTorch's own.

    Attributes:
        layout: How images and weights lie in memory.
        precision: Of forward and backward; weights stay float32.
    """

    layout: Layout = "contiguous"
    precision: UnscaledPrecision = "float32"

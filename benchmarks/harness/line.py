"""A line of the table: what is measured, against what, and what is to be reached."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.harness.measure import Ratio
from benchmarks.harness.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measurement.

    Attributes:
        name: Its key in `latest.json`.
        what: What is measured of lrstudy.
        against: What it is measured against.
        to_reach: The least ratio that satisfies; None where the ratio is a result and no aim.
        measure: Measures; raises `NotMeasurableError` where what it needs is not here.
        draws_images: Whether it draws images of its own, whatever images are given.
    """

    name: str
    what: str
    against: str
    to_reach: float | None
    measure: Callable[[Settings], Ratio]
    draws_images: bool = False

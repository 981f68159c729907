"""Worth of a label against an hour of tuning: what each brought at one size, and what a point of the objective cost."""

from dataclasses import dataclass

from analysis.label_curve.curve import LabelCurve

POINT = 0.01
"""A point of the objective."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one more label and one more hour of search bring an arm at one size. What was not measured is None.

    Attributes:
        arm: Name of the arm.
        size: Training images of a class.
        num_labels: Labels of the next step, over all classes.
        labels_gain: What that step brings.
        labels_interval: Its interval.
        extrapolated: Whether the step is the doubling of the largest size, by the power law, and was not measured.
        point_by_labels: Money for a point of the objective, bought as labels; None too where the gain may be 0.
        search_trials: Trials of the second half of the search at this size.
        search_hours: What they took of the whole machine.
        search_gain: What they brought on validation.
        gain_per_hour: What an hour of search brings; None where a half of the search was too short to say.
        point_by_search: Money for a point, bought as search; None where it brought none.
    """

    arm: str
    size: int
    num_labels: int | None
    labels_gain: float | None
    labels_interval: tuple[float | None, float | None]
    extrapolated: bool
    point_by_labels: float | None
    search_trials: int | None
    search_hours: float | None
    search_gain: float | None
    gain_per_hour: float | None
    point_by_search: float | None

    @property
    def gain_per_label(self) -> float | None:
        """What one label of the next step brings."""
        return None if self.labels_gain is None or not self.num_labels else self.labels_gain / self.num_labels

    @property
    def labels_are_shown(self) -> bool:
        """Whether the interval of what the labels bring lies above 0."""
        return self.labels_interval[0] is not None and self.labels_interval[0] > 0

    @property
    def cheaper(self) -> str | None:
        """Which of "labels" and "search" buys a point for less; None where a price is not known."""
        if self.point_by_labels is None or self.point_by_search is None:
            return None
        return "labels" if self.point_by_labels < self.point_by_search else "search"


def worths(curve: LabelCurve) -> tuple[Worth, ...]:
    """Return the worth of a label and of an hour for every arm and size, size by size."""
    return tuple(_worth(curve, size, arm) for size, arm in curve.levels)


def _worth(curve: LabelCurve, size: int, arm: str) -> Worth:
    num_labels, gain, interval, extrapolated = _next_labels(curve, size, arm)
    search = curve.searches[size, arm]
    hours = None if search is None else search.hours
    price, per_hour = curve.label_price, curve.studies[size].settings.cost_per_hour
    shown = interval[0] is not None and interval[0] > 0
    return Worth(
        arm=arm,
        size=size,
        num_labels=num_labels,
        labels_gain=gain,
        labels_interval=interval,
        extrapolated=extrapolated,
        point_by_labels=_point(price, num_labels, gain) if shown else None,
        search_trials=None if search is None else search.num_trials,
        search_hours=hours,
        search_gain=None if search is None else search.gain,
        gain_per_hour=None if search is None else search.per_hour,
        point_by_search=None if search is None else _point(per_hour, hours, search.gain),
    )


def _next_labels(
    curve: LabelCurve, size: int, arm: str
) -> tuple[int | None, float | None, tuple[float | None, float | None], bool]:
    for step in curve.steps:
        if (step.start, step.arm) == (size, arm):
            gain = step.gain
            if gain is None:
                return step.num_labels, None, (None, None), False
            return step.num_labels, gain.mean, (gain.low, gain.high), False
    doubling = curve.doublings[arm]
    if doubling is None:
        return None, None, (None, None), True
    return size * curve.num_classes, doubling.gain, (doubling.low, doubling.high), True


def _point(price: float | None, amount: float | None, gain: float | None) -> float | None:
    """Return what a point costs where `amount` units at `price` bring `gain`."""
    if price is None or amount is None or gain is None or gain <= 0:
        return None
    return price * amount * POINT / gain

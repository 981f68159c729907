"""Number formats of the report and the terminal."""

import math
from collections.abc import Callable

MISSING = "\N{EN DASH}"


def is_missing(value: float | None) -> bool:
    """Return whether there is no number to write."""
    return value is None or math.isnan(value)


def fraction(value: float | None, decimals: int = 3) -> str:
    """Return an objective in [0, 1], to three digits or as many as are asked for."""
    return MISSING if value is None or math.isnan(value) else f"{value:.{decimals}f}"


def difference(value: float | None, decimals: int = 3) -> str:
    """Return a signed difference of objectives, to three digits or as many as are asked for."""
    if value is None or math.isnan(value):
        return MISSING
    text = f"{value:+.{decimals}f}"
    return f"{0:.{decimals}f}" if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def seconds(value: float | None) -> str:
    """Return seconds to one decimal."""
    return MISSING if value is None or math.isnan(value) else f"{value:,.1f}"


def ratio(value: float | None) -> str:
    """Return a ratio to three significant digits."""
    return MISSING if value is None or math.isnan(value) else f"{value:#.3g}".rstrip(".")


def percent(value: float | None) -> str:
    """Return a fraction as a percentage without decimals."""
    return MISSING if value is None or math.isnan(value) else f"{100 * value:.0f}%"


def margin(value: float) -> str:
    """Return a margin on both sides of no difference."""
    return f"\N{PLUS-MINUS SIGN}{value:.3g}"


def duration(value: float) -> str:
    """Return seconds in words: "45 s", "12 min", "3 h 20 min"."""
    if value < 90:
        return f"{value:.0f} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def level(confidence: float) -> str:
    """Return the level of an interval, such as `95%` or `99.9%`."""
    return f"{100 * confidence:.4g}%"


def p_value(value: float | None) -> str:
    """Return a p-value to two significant digits, with its relation."""
    if value is None:
        return "not judged"
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"


def bare_p_value(value: float | None) -> str:
    """Return a p-value to two significant digits, for a column that is headed p."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.2g}"


def count(value: float | None) -> str:
    """Return a whole number with thousands separated."""
    return MISSING if value is None or math.isnan(value) else f"{int(value):,}"


def money(value: float | None) -> str:
    """Return an amount of money to cents, to four digits below one unit."""
    if value is None or math.isnan(value):
        return MISSING
    return f"{value:.4f}" if abs(value) < 1 else f"{value:,.2f}"


def interval(ends: tuple[float | None, float | None] | None, write: Callable[[float | None], str]) -> str:
    """Return the two ends of an interval, each written by `write`."""
    if ends is None or is_missing(ends[0]) or is_missing(ends[1]):
        return MISSING
    return f"{write(ends[0])} to {write(ends[1])}"


def plus_minus(
    value: float | None,
    ends: tuple[float | None, float | None],
    write: Callable[[float | None, int], str],
) -> str:
    """Return a value and half the width of an interval that is symmetric about it, where there is one.

    Both have the digits that the interval supports, see `supported_decimals`; without one the value has three.
    """
    low, high = ends
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return write(value, 3)
    half = (high - low) / 2
    decimals = supported_decimals(half)
    return f"{write(value, decimals)} \N{PLUS-MINUS SIGN} " + (
        f"{half:.{decimals}f}" if half <= 1 else "over 1"
    )


def supported_decimals(half_width: float) -> int:
    """Return how many decimals a value has that is known to so much: two, or three where that is below a tenth."""
    return 3 if half_width < 0.0995 else 2


def in_unit(value: float, ends: tuple[float | None, float | None]) -> str:
    """Return a signed difference in a unit of its own to three significant digits, and half its interval's width."""
    text = f"{value:+.3g}".replace("-", "\N{MINUS SIGN}")
    low, high = ends
    return text if low is None or high is None else f"{text} \N{PLUS-MINUS SIGN} {(high - low) / 2:.3g}"


def difference_interval(ends: tuple[float | None, float | None] | None) -> str:
    """Return an interval of a difference of objectives; one wider than they can differ is called that."""
    if ends is None or ends[0] is None or ends[1] is None or not ends[1] - ends[0] > 2:
        return interval(ends, difference)
    return "wider than \N{PLUS-MINUS SIGN}1"

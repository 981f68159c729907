"""Checks that several recipes share: each raises ValueError with field, value and what is allowed."""

from typing import Literal

from trainables.plan.phases import AutoRate


def check_rate(name: str, lr: float | str, times: float) -> None:
    """Refuse a rate that is not positive, or a multiple of "auto" that is not, or is set without it."""
    if lr != "auto" and not float(lr) > 0:
        raise ValueError(f"{name} is {lr}: above 0, or auto, is allowed")
    if not times > 0:
        raise ValueError(f"{name}_times is {times}: above 0 is allowed")
    if lr != "auto" and times != 1.0:
        raise ValueError(f"{name}_times is {times}, but {name} is {lr}: it multiplies {name} auto only")


def rate(lr: float | Literal["auto"], times: float) -> float | AutoRate:
    """Return the phase's rate for the settings `lr` and `lr_times`."""
    return AutoRate(times=times) if lr == "auto" else lr


def check_fraction(name: str, value: float) -> None:
    """Refuse a ratio of rates outside (0, 1]."""
    if not 0 < value <= 1:
        raise ValueError(f"{name} is {value}: above 0, up to 1, is allowed")


def check_at_least(name: str, value: float, least: float) -> None:
    """Refuse a value below `least`."""
    if not value >= least:
        raise ValueError(f"{name} is {value}: {least} or more is allowed")


def check_budget(epochs: int, least: int, why: str) -> None:
    """Refuse a budget below `least` epochs.

    Args:
        epochs: The budget.
        least: Epochs that the recipe takes at least.
        why: What they are needed for.
    """
    if epochs < least:
        raise ValueError(f"epochs is {epochs}: {least} or more is allowed, {why}")

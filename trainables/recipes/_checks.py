"""Checks that several recipes share: each raises SettingError with field, value and what is allowed."""

from typing import Literal

from trainables.errors import refused
from trainables.plan.phases import AutoRate


def check_times(name: str, lr: float | str, times: float) -> None:
    """Refuse a multiple of "auto" that is set without it."""
    if lr != "auto" and times != 1.0:
        raise refused(
            f"{name}_times", times, "1", but=f"{name} is {lr}", because=f"as it multiplies {name} auto only"
        )


def rate(lr: float | Literal["auto"], times: float) -> float | AutoRate:
    """Return the phase's rate for the settings `lr` and `lr_times`."""
    return AutoRate(times=times) if lr == "auto" else lr


def check_budget(epochs: int, least: int, why: str) -> None:
    """Refuse a budget below `least` epochs.

    Args:
        epochs: The budget.
        least: Epochs that the recipe takes at least.
        why: What they are needed for.
    """
    if epochs < least:
        raise refused("epochs", epochs, f"{least} or more", because=why)

"""Checks that several schedules share: each raises SettingError with field, value and what is allowed."""

from trainables.errors import refused
from trainables.limits import Bounds


def check_within(name: str, value: float, bounds: Bounds) -> None:
    """Refuse a number outside its bounds."""
    if allowed := bounds.allowed_instead(value):
        raise refused(name, value, allowed)


def check_num_epochs(num_epochs: int) -> None:
    """Refuse a length of no epoch."""
    check_within("num_epochs", num_epochs, Bounds(least=1))


def check_step(step: int, *, num_steps: int) -> None:
    """Refuse a step that the schedule does not have."""
    if not 0 <= step < num_steps:
        raise ValueError(f"step {step} lies outside the schedule: 0 <= step < {num_steps}")

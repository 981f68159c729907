"""Checks that several schedules share: each raises ValueError with field, value and what is allowed."""


def check_num_epochs(num_epochs: int) -> None:
    """Refuse a length of no epoch."""
    if num_epochs < 1:
        raise ValueError(f"num_epochs is {num_epochs}: at least 1 is allowed")


def check_from_zero(name: str, fraction: float) -> None:
    """Refuse a fraction of the peak outside [0, 1)."""
    if not 0 <= fraction < 1:
        raise ValueError(f"{name} is {fraction}: 0 <= {name} < 1 is allowed")


def check_up_to_one(name: str, fraction: float) -> None:
    """Refuse a ratio outside (0, 1]."""
    if not 0 < fraction <= 1:
        raise ValueError(f"{name} is {fraction}: above 0, up to 1, is allowed")


def check_between(name: str, fraction: float) -> None:
    """Refuse a fraction outside (0, 1)."""
    if not 0 < fraction < 1:
        raise ValueError(f"{name} is {fraction}: above 0, below 1, is allowed")


def check_step(step: int, *, num_steps: int) -> None:
    """Refuse a step that the schedule does not have."""
    if not 0 <= step < num_steps:
        raise ValueError(f"step {step} lies outside the schedule: 0 <= step < {num_steps}")

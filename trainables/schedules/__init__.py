"""Learning-rate schedules: closed-form functions of the optimizer step, relative to a group's peak rate."""

from trainables.schedules.cosine import Cosine, cosine_rate
from trainables.schedules.linear_scaling import scaled_rate
from trainables.schedules.one_cycle import OneCycle
from trainables.schedules.polynomial import Polynomial
from trainables.schedules.restarts import LastCycle, restarts
from trainables.schedules.schedule import Constant, Schedule
from trainables.schedules.steps import Steps, steps_at
from trainables.schedules.warm_up import WarmUp, WarmUpShape

__all__ = [
    "Constant",
    "Cosine",
    "LastCycle",
    "OneCycle",
    "Polynomial",
    "Schedule",
    "Steps",
    "WarmUp",
    "WarmUpShape",
    "cosine_rate",
    "restarts",
    "scaled_rate",
    "steps_at",
]

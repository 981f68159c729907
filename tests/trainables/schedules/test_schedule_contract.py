import random
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trainables.schedules
from trainables.schedules import (
    Constant,
    Cosine,
    OneCycle,
    Polynomial,
    Schedule,
    Steps,
    WarmUp,
    WarmUpShape,
    restarts,
)

NUM_EPOCHS = 12
PLAIN: tuple[Schedule, ...] = (
    Constant(),
    restarts(NUM_EPOCHS, cycle_len=1.3, cycle_mult=1.7),
    restarts(NUM_EPOCHS, cycle_len=2, cycle_mult=2, last_cycle="cut", peak_decay=0.7, floor_fraction=0.01),
    OneCycle(num_epochs=NUM_EPOCHS),
    Polynomial(num_epochs=NUM_EPOCHS, power=0.9, floor_fraction=0.01),
    Steps(at=(3, 6, 9)),
)
SHAPES: tuple[WarmUpShape, ...] = ("linear", "cosine")
SCHEDULES = PLAIN + tuple(
    WarmUp(num_epochs=2, shape=SHAPES[index % 2], then=then) for index, then in enumerate(PLAIN)
)
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=str)


@every_schedule
@given(st.integers(1, 7), st.randoms(use_true_random=False))
def test_the_factor_depends_on_the_step_alone(schedule: Schedule, steps: int, order: random.Random) -> None:
    in_order = [schedule.factor(step, steps_per_epoch=steps) for step in range(NUM_EPOCHS * steps)]
    jumps = list(range(NUM_EPOCHS * steps))
    order.shuffle(jumps)
    resumed = replace(schedule)  # type: ignore[type-var]
    assert all(resumed.factor(step, steps_per_epoch=steps) == in_order[step] for step in jumps)


@every_schedule
def test_the_factor_is_a_fraction_of_the_peak(schedule: Schedule) -> None:
    factors = [schedule.factor(step, steps_per_epoch=5) for step in range(NUM_EPOCHS * 5)]
    assert all(0 < factor <= 1 and isinstance(factor, float) for factor in factors)


@every_schedule
def test_cycles_are_numbered_in_order_from_zero(schedule: Schedule) -> None:
    cycles = [schedule.cycle(epoch) for epoch in range(1, NUM_EPOCHS + 1)]
    assert cycles == sorted(cycles)
    assert set(cycles) == set(range(cycles[-1] + 1))


@every_schedule
def test_a_schedule_is_known_by_its_fields(schedule: Any) -> None:
    """What a run is known by holds the schedule's repr, so it has to give the schedule back."""
    assert eval(repr(schedule), vars(trainables.schedules)) == schedule
    assert hash(replace(schedule)) == hash(schedule)
    for field in fields(schedule):
        with pytest.raises(FrozenInstanceError):
            setattr(schedule, field.name, None)


@pytest.mark.parametrize("cls", [Cosine, OneCycle, Polynomial, Steps, WarmUp])
def test_fields_are_given_by_name_only(cls: type) -> None:
    with pytest.raises(TypeError, match="positional argument"):
        cls(3)

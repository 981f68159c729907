import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import PolynomialLR

from tests.support.torch_rates import stepped
from trainables.schedules import Polynomial


def factors(schedule: Polynomial, *, steps: int) -> list[float]:
    num_steps = schedule.num_epochs * steps
    return [schedule.factor(step, steps_per_epoch=steps) for step in range(num_steps)]


def test_power_one_falls_along_a_line_towards_the_floor() -> None:
    assert factors(Polynomial(num_epochs=2), steps=2) == [1, 0.75, 0.5, 0.25]
    # four fifths of the way is left to fall at first: 0.2 + 0.8 * (1, 3/4, 1/2, 1/4)
    assert factors(Polynomial(num_epochs=4, floor_fraction=0.2), steps=1) == pytest.approx([1, 0.8, 0.6, 0.4])


def test_power_two_falls_along_a_parabola() -> None:
    assert factors(Polynomial(num_epochs=4, power=2.0), steps=1) == [1, 9 / 16, 4 / 16, 1 / 16]


@given(st.integers(1, 20), st.integers(1, 9), st.floats(0.1, 4))
def test_agrees_with_torch(num_epochs: int, steps: int, power: float) -> None:
    num_steps = num_epochs * steps
    theirs = stepped(
        lambda optimizer: PolynomialLR(optimizer, total_iters=num_steps, power=power), num_steps=num_steps
    )
    assert factors(Polynomial(num_epochs=num_epochs, power=power), steps=steps) == pytest.approx(
        theirs, abs=1e-12
    )


@given(st.integers(1, 20), st.integers(1, 9), st.floats(0.1, 9), st.floats(0, 1, exclude_max=True))
def test_falls_from_exactly_the_peak_and_not_below_the_floor(
    num_epochs: int, steps: int, power: float, floor: float
) -> None:
    ours = factors(Polynomial(num_epochs=num_epochs, power=power, floor_fraction=floor), steps=steps)
    assert ours[0] == 1.0
    assert ours == sorted(ours, reverse=True)
    assert ours[-1] >= floor


@given(st.integers(1, 20), st.integers(1, 9))
def test_the_factors_of_a_line_sum_to_half_a_step_more_than_half_the_steps(
    num_epochs: int, steps: int
) -> None:
    total = math.fsum(factors(Polynomial(num_epochs=num_epochs), steps=steps))
    assert total == pytest.approx((num_epochs * steps + 1) / 2)


def test_is_one_cycle_and_judged_at_its_end() -> None:
    assert Polynomial(num_epochs=6).cycle_ends == (6,)
    assert [epoch for epoch in range(1, 7) if Polynomial(num_epochs=6).is_judged(epoch)] == [6]
    assert {Polynomial(num_epochs=6).cycle(epoch) for epoch in range(1, 7)} == {0}


def test_refuses_a_step_outside_the_phase() -> None:
    for step in (-1, 12):
        with pytest.raises(ValueError, match=f"step {step} lies outside the schedule: 0 <= step < 12"):
            Polynomial(num_epochs=6).factor(step, steps_per_epoch=2)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("num_epochs", 0, "at least 1 is allowed"),
        ("power", 0.0, "above 0, finite, is allowed"),
        ("power", math.inf, "above 0, finite, is allowed"),
        ("power", math.nan, "above 0, finite, is allowed"),
        ("floor_fraction", 1.0, "from 0, below 1, is allowed"),
    ],
)
def test_refuses_values_outside_their_range(name: str, value: float, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}: {allowed}"):
        Polynomial(**{"num_epochs": 5, name: value})  # type: ignore[arg-type]

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import OneCycleLR

from tests.support.torch_rates import stepped
from trainables.schedules import OneCycle

schedules = st.builds(
    OneCycle,
    num_epochs=st.integers(1, 20),
    rise_fraction=st.floats(0.01, 0.99),
    start_fraction=st.floats(0.001, 1),
    end_fraction=st.floats(0, 0.9),
)


def factors(schedule: OneCycle, *, steps: int) -> list[float]:
    num_steps = schedule.num_epochs * steps
    return [schedule.factor(step, steps_per_epoch=steps) for step in range(num_steps)]


def test_rises_from_the_start_to_the_peak_and_falls_to_the_end() -> None:
    schedule = OneCycle(num_epochs=10, rise_fraction=0.3, start_fraction=0.2, end_fraction=0.0)
    # 10 steps: up over steps 0 to 2, down over 2 to 9; half a cosine is halfway in its middle
    ours = factors(schedule, steps=1)
    assert ours[:3] == pytest.approx([0.2, 0.6, 1.0])
    assert ours[2] == 1.0
    assert ours[3] == pytest.approx(0.5 * (1 + math.cos(math.pi / 7)))
    assert ours[9] == 0.0


def test_defaults_are_a_twenty_fifth_at_first_and_a_ten_thousandth_of_that_at_last() -> None:
    ours = factors(OneCycle(num_epochs=5), steps=20)
    assert ours[0] == 0.04
    assert ours[29] == 1.0
    assert ours[-1] == 4e-6


@given(schedules, st.integers(1, 9))
def test_agrees_with_torch_wherever_the_rise_has_a_step(schedule: OneCycle, steps: int) -> None:
    num_steps = schedule.num_epochs * steps
    assume(schedule.rise_fraction * num_steps - 1 > 1e-6)
    assume(schedule.end_fraction > 0)
    theirs = stepped(
        lambda optimizer: OneCycleLR(
            optimizer,
            max_lr=1.0,
            total_steps=num_steps,
            pct_start=schedule.rise_fraction,
            div_factor=1 / schedule.start_fraction,
            final_div_factor=schedule.start_fraction / schedule.end_fraction,
            cycle_momentum=False,
        ),
        num_steps=num_steps,
    )
    assert factors(schedule, steps=steps) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize(("num_epochs", "steps"), [(1, 1), (3, 1), (1, 10), (15, 1), (7, 13)])
def test_agrees_with_torchs_defaults(num_epochs: int, steps: int) -> None:
    ours = factors(OneCycle(num_epochs=num_epochs), steps=steps)
    if num_epochs * steps < 4:
        assert ours[0] == 1.0  # torch starts beyond the peak, at the end's rate where there is one step
        return
    theirs = stepped(
        lambda optimizer: OneCycleLR(
            optimizer, max_lr=1.0, epochs=num_epochs, steps_per_epoch=steps, cycle_momentum=False
        ),
        num_steps=num_epochs * steps,
    )
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_a_rise_of_no_step_starts_at_the_peak() -> None:
    # 0.25 * 4 - 1 = 0: torch divides by zero here
    ours = factors(OneCycle(num_epochs=4, rise_fraction=0.25, end_fraction=0.0), steps=1)
    assert ours == pytest.approx([1.0, 0.75, 0.25, 0.0])
    assert factors(OneCycle(num_epochs=1), steps=1) == [1.0]


@given(schedules, st.integers(1, 9))
def test_rises_then_falls_and_never_passes_the_peak(schedule: OneCycle, steps: int) -> None:
    ours = factors(schedule, steps=steps)
    top = ours.index(max(ours))
    assert ours[:top] == pytest.approx(sorted(ours[:top]), abs=1e-12)
    assert ours[top:] == pytest.approx(sorted(ours[top:], reverse=True), abs=1e-12)
    assert max(ours) <= 1
    assert min(ours) >= min(schedule.start_fraction, schedule.end_fraction) - 1e-12


def test_is_one_cycle_and_judged_at_its_end() -> None:
    schedule = OneCycle(num_epochs=6)
    assert schedule.cycle_ends == (6,)
    assert [epoch for epoch in range(1, 7) if schedule.is_judged(epoch)] == [6]
    assert {schedule.cycle(epoch) for epoch in range(1, 7)} == {0}


def test_refuses_a_step_outside_the_phase() -> None:
    for step in (-1, 12):
        with pytest.raises(ValueError, match=f"step {step} lies outside the schedule: 0 <= step < 12"):
            OneCycle(num_epochs=6).factor(step, steps_per_epoch=2)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("num_epochs", 0, "at least 1 is allowed"),
        ("rise_fraction", 0.0, "above 0, below 1, is allowed"),
        ("rise_fraction", 1.0, "above 0, below 1, is allowed"),
        ("rise_fraction", math.nan, "above 0, below 1, is allowed"),
        ("start_fraction", 0.0, "above 0, up to 1, is allowed"),
        ("start_fraction", 1.5, "above 0, up to 1, is allowed"),
        ("end_fraction", 1.0, "from 0, below 1, is allowed"),
        ("end_fraction", -0.1, "from 0, below 1, is allowed"),
    ],
)
def test_refuses_values_outside_their_range(name: str, value: float, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}: {allowed}"):
        OneCycle(**{"num_epochs": 5, name: value})  # type: ignore[arg-type]

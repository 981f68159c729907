import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import CosineAnnealingLR

from tests.support.torch_rates import stepped
from trainables.schedules import Constant, Cosine, cosine_rate


def test_cosine_starts_at_its_peak_and_is_halfway_in_the_middle() -> None:
    assert cosine_rate(0, num_steps=10, peak=0.2) == 0.2
    assert cosine_rate(5, num_steps=10, peak=0.2, floor=0.1) == pytest.approx(0.15)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 100))
@example(0.9, 0.07, 10)
def test_cosine_is_exactly_its_peak_at_its_first_step(a: float, b: float, num_steps: int) -> None:
    assert cosine_rate(0, num_steps=num_steps, peak=max(a, b), floor=min(a, b)) == max(a, b)


def test_cosine_refuses_a_step_outside_the_cycle() -> None:
    with pytest.raises(ValueError, match="0 <= step < 10"):
        cosine_rate(10, num_steps=10, peak=1.0)
    with pytest.raises(ValueError, match="step -1 lies outside"):
        cosine_rate(-1, num_steps=10, peak=1.0)


def test_cycles_are_numbered_from_zero_and_judged_at_their_ends() -> None:
    schedule = Cosine(cycle_ends=(2, 5))
    assert [epoch for epoch in range(1, 6) if schedule.is_judged(epoch)] == [2, 5]
    assert [schedule.cycle(epoch) for epoch in (1, 2, 3, 5)] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="epoch 6 lies outside the phase"):
        schedule.cycle(6)


def test_constant_is_one_cycle_at_its_peak_and_may_be_judged_at_every_epoch() -> None:
    assert Constant().is_judged(1)
    assert Constant().cycle_ends == ()
    assert Constant().factor(1234, steps_per_epoch=7) == 1.0
    assert Constant().cycle(9) == 0


@given(st.integers(1, 12), st.integers(1, 9), st.floats(0, 0.9))
def test_one_cycle_agrees_with_torchs_cosine(num_epochs: int, steps_per_epoch: int, floor: float) -> None:
    schedule = Cosine(cycle_ends=(num_epochs,), floor_fraction=floor)
    num_steps = num_epochs * steps_per_epoch
    theirs = stepped(
        lambda optimizer: CosineAnnealingLR(optimizer, T_max=num_steps, eta_min=floor), num_steps=num_steps
    )
    ours = [schedule.factor(step, steps_per_epoch=steps_per_epoch) for step in range(num_steps)]
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_every_cycle_starts_at_the_decayed_peak_and_falls_towards_the_same_floor() -> None:
    schedule = Cosine(cycle_ends=(2, 4, 6), peak_decay=0.5, floor_fraction=0.1)
    # halfway down: 1, 0.5 and 0.25 to 0.1
    assert [schedule.factor(step, steps_per_epoch=1) for step in range(6)] == pytest.approx(
        [1, 0.55, 0.5, 0.3, 0.25, 0.175]
    )


def test_a_cycle_that_is_cut_off_keeps_its_slope_and_its_decayed_peak() -> None:
    schedule = Cosine(cycle_ends=(1, 3), final_cycle_epochs=4, peak_decay=0.5)
    assert schedule.factor(1, steps_per_epoch=1) == 0.5
    assert schedule.factor(2, steps_per_epoch=1) == pytest.approx(0.25 * (1 + math.cos(math.pi / 4)))


@pytest.mark.parametrize("peak_decay", [0.0, -0.5, 1.1, math.nan])
def test_peaks_only_decay_by_a_ratio(peak_decay: float) -> None:
    with pytest.raises(ValueError, match=f"peak_decay is {peak_decay}: above 0, up to 1, is allowed"):
        Cosine(cycle_ends=(2,), peak_decay=peak_decay)


def test_a_peak_below_the_floor_is_refused_and_one_at_the_floor_is_not() -> None:
    assert (
        Cosine(cycle_ends=(1, 2, 3), peak_decay=0.5, floor_fraction=0.25).factor(2, steps_per_epoch=1) == 0.25
    )
    with pytest.raises(
        ValueError, match=r"cycle 3 would be 0\.25 of the first: a peak of at least floor_fraction, 0\.3"
    ):
        Cosine(cycle_ends=(1, 2, 3), peak_decay=0.5, floor_fraction=0.3)

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.schedules import Constant, Cosine, OneCycle, Schedule, Steps, WarmUp, WarmUpShape, restarts

shapes: st.SearchStrategy[WarmUpShape] = st.sampled_from(["linear", "cosine"])


def test_a_linear_warm_up_reaches_the_peak_with_its_last_step() -> None:
    schedule = WarmUp(num_epochs=2, shape="linear", then=Constant())
    ours = [schedule.factor(step, steps_per_epoch=2) for step in range(6)]
    assert ours == [0.25, 0.5, 0.75, 1, 1, 1]


def test_a_cosine_warm_up_is_a_cycle_read_backwards() -> None:
    schedule = WarmUp(num_epochs=1, shape="cosine", then=Constant())
    cycle = Cosine(cycle_ends=(1,))
    ours = [schedule.factor(step, steps_per_epoch=4) for step in range(4)]
    assert ours == [cycle.factor(step, steps_per_epoch=4) for step in (3, 2, 1, 0)]
    # (1 - cos(pi i / 4)) / 2 for i from 1
    half = math.sqrt(0.5)
    assert ours == pytest.approx([(1 - half) / 2, 0.5, (1 + half) / 2, 1])


@given(st.integers(1, 6), shapes, st.integers(1, 50))
def test_warm_up_rises_strictly_from_above_zero_to_exactly_the_peak(
    num_epochs: int, shape: WarmUpShape, steps: int
) -> None:
    schedule = WarmUp(num_epochs=num_epochs, shape=shape, then=Constant())
    ours = [schedule.factor(step, steps_per_epoch=steps) for step in range(num_epochs * steps)]
    assert all(a < b for a, b in pairwise((0.0, *ours)))
    assert ours[-1] == 1.0
    assert math.fsum(ours) == pytest.approx((num_epochs * steps + 1) / 2)


@given(st.integers(1, 6), shapes, st.integers(1, 9), st.floats(1, 4), st.floats(1, 4))
def test_after_the_warm_up_comes_the_schedule_with_its_epochs_moved(
    num_epochs: int, shape: WarmUpShape, steps: int, cycle_len: float, cycle_mult: float
) -> None:
    then = restarts(20, cycle_len=cycle_len, cycle_mult=cycle_mult, peak_decay=0.9)
    schedule = WarmUp(num_epochs=num_epochs, shape=shape, then=then)
    for step in range(20 * steps):
        ours = schedule.factor(num_epochs * steps + step, steps_per_epoch=steps)
        assert ours == then.factor(step, steps_per_epoch=steps)
    assert [schedule.cycle(num_epochs + epoch) for epoch in range(1, 21)] == [
        then.cycle(epoch) for epoch in range(1, 21)
    ]


def test_warm_up_epochs_belong_to_the_first_cycle_and_are_not_judged() -> None:
    schedule = WarmUp(num_epochs=2, shape="linear", then=Cosine(cycle_ends=(1, 3)))
    assert schedule.cycle_ends == (3, 5)
    assert [epoch for epoch in range(1, 6) if schedule.is_judged(epoch)] == [3, 5]
    assert [schedule.cycle(epoch) for epoch in (1, 2, 3, 4, 5)] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("then", [Constant(), Steps(at=(3,))])
def test_every_epoch_after_the_warm_up_is_judged_where_the_schedule_says_so(then: Schedule) -> None:
    schedule = WarmUp(num_epochs=2, shape="linear", then=then)
    assert [epoch for epoch in range(1, 6) if schedule.is_judged(epoch)] == [3, 4, 5]
    assert schedule.cycle_ends == ()


def test_warm_up_rises_to_where_the_schedule_starts() -> None:
    then = OneCycle(num_epochs=10, start_fraction=0.2)
    schedule = WarmUp(num_epochs=4, shape="linear", then=then)
    ours = [schedule.factor(step, steps_per_epoch=1) for step in range(5)]
    assert ours == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.2])


def test_refuses_what_is_no_warm_up() -> None:
    with pytest.raises(ValueError, match="num_epochs is 0: at least 1 is allowed"):
        WarmUp(num_epochs=0, shape="linear", then=Constant())
    with pytest.raises(ValueError, match="shape is 'square': linear or cosine is allowed"):
        WarmUp(num_epochs=1, shape="square", then=Constant())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="step -1 lies outside the schedule"):
        WarmUp(num_epochs=1, shape="linear", then=Constant()).factor(-1, steps_per_epoch=5)

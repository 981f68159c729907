from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import MultiStepLR

from tests.support.torch_rates import stepped
from trainables.schedules import Steps, steps_at

rising = st.sets(st.integers(1, 20), max_size=4).map(lambda epochs: tuple(sorted(epochs)))


def test_the_rate_drops_after_the_end_of_each_given_epoch() -> None:
    schedule = Steps(at=(2, 3), drop_factor=0.5)
    ours = [schedule.factor(step, steps_per_epoch=2) for step in range(8)]
    assert ours == [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25]


@given(rising, st.floats(0.05, 0.95), st.integers(1, 5))
def test_agrees_with_torch(at: tuple[int, ...], drop_factor: float, steps: int) -> None:
    theirs = stepped(
        lambda optimizer: MultiStepLR(
            optimizer, milestones=[epoch * steps for epoch in at], gamma=drop_factor
        ),
        num_steps=22 * steps,
    )
    schedule = Steps(at=at, drop_factor=drop_factor)
    ours = [schedule.factor(step, steps_per_epoch=steps) for step in range(22 * steps)]
    assert ours == pytest.approx(theirs, rel=1e-12)


def test_is_one_cycle_and_judged_at_every_epoch() -> None:
    assert Steps(at=(2,)).is_judged(1)
    assert Steps(at=(2,)).cycle_ends == ()
    assert {Steps(at=(2,)).cycle(epoch) for epoch in range(1, 7)} == {0}


@pytest.mark.parametrize("at", [(0, 2), (2, 2), (3, 2), (-1,)])
def test_refuses_epochs_that_do_not_rise_from_one(at: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"at is .*: a list of epochs that rise, from 1, is allowed"):
        Steps(at=at)


@pytest.mark.parametrize("drop_factor", [0.0, 1.0, 10.0])
def test_refuses_a_factor_that_does_not_drop(drop_factor: float) -> None:
    with pytest.raises(ValueError, match=f"drop_factor is {drop_factor}: above 0, below 1, is allowed"):
        Steps(at=(2,), drop_factor=drop_factor)


@pytest.mark.parametrize(
    ("num_epochs", "expected"),
    [
        (120, (30, 60, 90)),
        (40, (10, 20, 30)),
        (10, (3, 5, 8)),  # 2.5 and 7.5 to the later epoch
        (5, (1, 3, 4)),  # 1.25, 2.5, 3.75
        (4, (1, 2, 3)),
        (3, (1, 2)),  # 0.75, and 1.5 and 2.25 both to 2
        (2, (1,)),  # 0.5 and 1 both to 1; 1.5 to the end
        (1, ()),
    ],
)
def test_the_shape_is_scaled_to_the_budget(num_epochs: int, expected: tuple[int, ...]) -> None:
    assert steps_at(num_epochs) == expected


fractions = st.sets(st.floats(0.001, 0.999), max_size=5).map(sorted)


@given(st.integers(1, 300), fractions)
def test_drops_rise_and_lie_inside_the_phase(num_epochs: int, shape: list[float]) -> None:
    at = steps_at(num_epochs, shape=shape)
    assert all(a < b for a, b in pairwise((0, *at, num_epochs)))
    assert Steps(at=at).at == at
    for epoch in at:
        assert min(abs(epoch - num_epochs * fraction) for fraction in shape) <= 0.5


@pytest.mark.parametrize("shape", [(0.0, 0.5), (0.5, 1.0), (0.6, 0.4), (0.5, 0.5)])
def test_refuses_a_shape_that_does_not_rise_inside_the_phase(shape: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"shape is .*: a list of fractions that rise"):
        steps_at(10, shape=shape)


def test_refuses_to_place_drops_in_no_epochs() -> None:
    with pytest.raises(ValueError, match="num_epochs is 0: at least 1 is allowed"):
        steps_at(0)

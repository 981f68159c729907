import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainables.schedules import Constant, Cosine, cosine_rate, restarts

cycle_lens = st.floats(1, 6, allow_nan=False)
cycle_mults = st.floats(1, 4, allow_nan=False)


def test_cosine_starts_at_its_peak_and_is_halfway_in_the_middle() -> None:
    assert cosine_rate(0, num_steps=10, peak=0.2) == 0.2
    assert cosine_rate(5, num_steps=10, peak=0.2, floor=0.1) == pytest.approx(0.15)


def test_cosine_refuses_a_step_outside_the_cycle() -> None:
    with pytest.raises(ValueError, match="0 <= step < 10"):
        cosine_rate(10, num_steps=10, peak=1.0)


def test_whole_cycles_that_fill_the_budget_keep_their_lengths() -> None:
    assert restarts(15, cycle_len=1, cycle_mult=2).cycle_ends == (1, 3, 7, 15)
    assert restarts(4, cycle_len=1, cycle_mult=1).cycle_ends == (1, 2, 3, 4)


def test_stretch_scales_the_nearest_whole_number_of_cycles() -> None:
    # 1, 3, 7, 15: fifteen is nearer to thirteen than seven is; 13/15 of 1, 3, 7 rounds to 1, 3, 6
    assert restarts(13, cycle_len=1, cycle_mult=2).cycle_ends == (1, 3, 6, 13)


def test_cut_keeps_the_lengths_and_the_slope_of_the_last_cycle() -> None:
    schedule = restarts(10, cycle_len=1, cycle_mult=2, last_cycle="cut")
    assert schedule.cycle_ends == (1, 3, 7, 10)
    # the fourth cycle is 8 epochs long: at its third epoch's end the rate is cos(3/8 pi) down, not at 0
    assert schedule.factor(99, steps_per_epoch=10) == pytest.approx(0.5 * (1 + math.cos(math.pi * 29 / 80)))


def test_drop_leaves_out_a_cycle_that_would_not_end() -> None:
    assert restarts(10, cycle_len=1, cycle_mult=2, last_cycle="drop").cycle_ends == (1, 3, 7)
    with pytest.raises(ValueError, match="nothing would be trained"):
        restarts(2, cycle_len=3, cycle_mult=1, last_cycle="drop")


@given(st.integers(1, 60), cycle_lens, cycle_mults)
def test_stretched_cycles_end_with_the_phase_and_last_at_least_an_epoch(
    num_epochs: int, cycle_len: float, cycle_mult: float
) -> None:
    ends = restarts(num_epochs, cycle_len=cycle_len, cycle_mult=cycle_mult).cycle_ends
    assert ends[-1] == num_epochs
    assert all(a < b for a, b in pairwise((0, *ends)))


@given(st.integers(1, 40), cycle_lens, cycle_mults, st.integers(1, 7), st.sampled_from(["stretch", "cut"]))
def test_restarts_fall_exactly_on_the_boundaries(
    num_epochs: int, cycle_len: float, cycle_mult: float, steps: int, last_cycle: str
) -> None:
    schedule = restarts(num_epochs, cycle_len=cycle_len, cycle_mult=cycle_mult, last_cycle=last_cycle)  # type: ignore[arg-type]
    factors = [schedule.factor(s, steps_per_epoch=steps) for s in range(num_epochs * steps)]
    peaks = [s for s, factor in enumerate(factors) if factor == 1.0]
    assert peaks == [end * steps for end in (0, *schedule.cycle_ends[:-1])]
    for start, end in pairwise((0, *schedule.cycle_ends)):
        assert factors[start * steps : end * steps] == sorted(
            factors[start * steps : end * steps], reverse=True
        )


@given(st.integers(0, 3), st.integers(1, 9))
def test_agrees_with_torch_where_torch_is_right(mult_exponent: int, steps_per_epoch: int) -> None:
    """torch's warm restarts take whole multipliers; its rates are floats of the same formula."""
    mult = 1 + mult_exponent
    schedule = restarts(15, cycle_len=1, cycle_mult=mult, last_cycle="cut", floor_fraction=0.1)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    theirs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
        optimizer, T_0=steps_per_epoch, T_mult=mult, eta_min=0.05
    )
    for step in range(15 * steps_per_epoch):
        ours = 0.5 * schedule.factor(step, steps_per_epoch=steps_per_epoch)
        assert ours == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cycle_len": 0.5}, "cycle_len is 0.5"),
        ({"cycle_mult": 0.9}, "cycle_mult is 0.9"),
        ({"cycle_len": math.nan}, "cycle_len is nan"),
        ({"floor_fraction": 1.0}, "floor_fraction is 1.0"),
    ],
)
def test_refuses_what_is_no_cycle(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        restarts(5, **{"cycle_len": 1.0, "cycle_mult": 2.0, **values})


def test_constant_may_be_judged_at_every_epoch_and_cosine_at_its_ends() -> None:
    assert Constant().judged_epochs is None
    assert Cosine(cycle_ends=(2, 5)).judged_epochs == (2, 5)
    assert [Cosine(cycle_ends=(2, 5)).cycle(epoch) for epoch in (1, 2, 3, 5)] == [0, 0, 1, 1]

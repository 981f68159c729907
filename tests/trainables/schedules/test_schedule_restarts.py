import math
import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts

from tests.support.torch_rates import stepped
from trainables.schedules import Cosine, LastCycle, restarts

cycle_lens = st.floats(1, 6)
cycle_mults = st.floats(1, 4)
last_cycles: st.SearchStrategy[LastCycle] = st.sampled_from(["stretch", "cut", "drop"])


@st.composite
def plain_cycles(draw: st.DrawFn) -> Cosine:
    """Cycles of any length, multiplier and ending, without floor or decay."""
    cycle_len = draw(cycle_lens)
    return restarts(
        draw(st.integers(math.ceil(cycle_len), 40)),
        cycle_len=cycle_len,
        cycle_mult=draw(cycle_mults),
        last_cycle=draw(last_cycles),
    )


@st.composite
def decaying_cycles(draw: st.DrawFn) -> Cosine:
    """The same, with peaks that decay to the floor at most."""
    plain, peak_decay = draw(plain_cycles()), draw(st.floats(0.5, 1))
    last_peak = peak_decay ** (len(plain.cycle_ends) - 1)
    return Cosine(
        cycle_ends=plain.cycle_ends,
        final_cycle_epochs=plain.final_cycle_epochs,
        floor_fraction=draw(st.floats(0, 1, exclude_max=True)) * last_peak,
        peak_decay=peak_decay,
    )


def factors_by_cycle(schedule: Cosine, *, steps: int) -> list[list[float]]:
    return [
        [schedule.factor(step, steps_per_epoch=steps) for step in range(start * steps, end * steps)]
        for start, end in pairwise((0, *schedule.cycle_ends))
    ]


def test_whole_cycles_that_fill_the_budget_keep_their_lengths() -> None:
    assert restarts(15, cycle_len=1, cycle_mult=2).cycle_ends == (1, 3, 7, 15)
    assert restarts(4, cycle_len=1, cycle_mult=1).cycle_ends == (1, 2, 3, 4)


def test_stretch_scales_the_nearest_whole_number_of_cycles() -> None:
    # 1, 3, 7, 15: fifteen is nearer to thirteen than seven is; 13/15 of 1, 3, 7 rounds to 1, 3, 6
    assert restarts(13, cycle_len=1, cycle_mult=2).cycle_ends == (1, 3, 6, 13)


def test_stretch_takes_a_cycle_less_where_the_first_would_last_no_epoch() -> None:
    # 1, 4.9, 20.11: twenty is the nearest to ten by a hair, but 10/20.11 of 1 rounds to 0; 10/4.9 of 1 to 2
    assert restarts(10, cycle_len=1, cycle_mult=3.9).cycle_ends == (2, 10)


def test_real_multipliers_end_cycles_at_the_nearest_whole_epochs() -> None:
    # lengths 2, 3, 4.5, 6.75 end at 2, 5, 9.5 (to the even 10) and 16.25
    assert restarts(16, cycle_len=2, cycle_mult=1.5, last_cycle="cut").cycle_ends == (2, 5, 10, 16)


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


@given(st.integers(6, 60), cycle_lens, cycle_mults, st.sampled_from(["cut", "drop"]))
def test_unscaled_cycles_end_within_half_an_epoch_of_the_sum_of_their_lengths(
    num_epochs: int, cycle_len: float, cycle_mult: float, last_cycle: LastCycle
) -> None:
    schedule = restarts(num_epochs, cycle_len=cycle_len, cycle_mult=cycle_mult, last_cycle=last_cycle)
    uncut = schedule.cycle_ends if schedule.final_cycle_epochs is None else schedule.cycle_ends[:-1]
    for count, end in enumerate(uncut, start=1):
        assert abs(end - math.fsum(cycle_len * cycle_mult**index for index in range(count))) <= 0.5 + 1e-9
    assert schedule.cycle_ends[-1] <= num_epochs
    assert schedule.cycle_ends[-1] == num_epochs or last_cycle == "drop"


@given(plain_cycles(), st.integers(1, 7))
def test_the_peak_is_reached_at_the_starts_of_cycles_and_nowhere_else(schedule: Cosine, steps: int) -> None:
    factors = [factor for cycle in factors_by_cycle(schedule, steps=steps) for factor in cycle]
    peaks = [step for step, factor in enumerate(factors) if factor == 1.0]
    assert peaks == [end * steps for end in (0, *schedule.cycle_ends[:-1])]


@given(decaying_cycles(), st.integers(1, 7))
def test_every_cycle_falls_from_exactly_its_peak_to_its_last_step(schedule: Cosine, steps: int) -> None:
    for index, factors in enumerate(factors_by_cycle(schedule, steps=steps)):
        assert factors[0] == schedule.peak_decay**index
        assert factors == sorted(factors, reverse=True)
        assert factors[-1] == min(factors)


@given(decaying_cycles(), st.integers(1, 7))
def test_the_factor_stays_between_the_floor_and_the_first_peak(schedule: Cosine, steps: int) -> None:
    for factors in factors_by_cycle(schedule, steps=steps):
        assert all(schedule.floor_fraction <= factor <= 1 for factor in factors)


@given(decaying_cycles(), st.integers(1, 7))
def test_the_factors_of_a_whole_cycle_sum_to_half_a_step_more_than_its_mean(
    schedule: Cosine, steps: int
) -> None:
    """The cosines of a cycle of n steps sum to 1, so its factors to n * floor + (peak - floor) * (n + 1) / 2."""
    cycles = factors_by_cycle(schedule, steps=steps)
    floor = schedule.floor_fraction
    for index, factors in enumerate(cycles if schedule.final_cycle_epochs is None else cycles[:-1]):
        n, peak = len(factors), schedule.peak_decay**index
        assert math.fsum(factors) == pytest.approx(n * floor + (peak - floor) * (n + 1) / 2)


@given(plain_cycles(), st.integers(1, 7))
def test_a_decay_of_one_and_no_decay_are_the_same(schedule: Cosine, steps: int) -> None:
    decaying = Cosine(
        cycle_ends=schedule.cycle_ends, final_cycle_epochs=schedule.final_cycle_epochs, peak_decay=1.0
    )
    assert factors_by_cycle(decaying, steps=steps) == factors_by_cycle(schedule, steps=steps)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 9))
def test_agrees_with_torch_stepped_at_whole_multipliers(mult: int, cycle_len: int, steps: int) -> None:
    schedule = restarts(40, cycle_len=cycle_len, cycle_mult=mult, last_cycle="cut", floor_fraction=0.1)
    theirs = stepped(
        lambda optimizer: CosineAnnealingWarmRestarts(
            optimizer, T_0=cycle_len * steps, T_mult=mult, eta_min=0.05
        ),
        num_steps=40 * steps,
        lr=0.5,
    )
    ours = [0.5 * schedule.factor(step, steps_per_epoch=steps) for step in range(40 * steps)]
    assert ours == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("last_cycle", ["stretch", "cut", "drop"])
def test_the_fifth_restart_at_multiplier_three_comes_after_121_epochs(last_cycle: LastCycle) -> None:
    """torch's `step(epoch)` finds the cycle by a logarithm, and is still in the fourth one then, at the floor."""
    schedule = restarts(364, cycle_len=1, cycle_mult=3, last_cycle=last_cycle)
    assert schedule.cycle_ends[4] == 1 + 3 + 9 + 27 + 81 == 121
    assert schedule.factor(121 * 10, steps_per_epoch=10) == 1.0
    assert schedule.factor(121 * 10 - 1, steps_per_epoch=10) == pytest.approx(
        0.5 * (1 + math.cos(math.pi * 809 / 810)), abs=1e-12
    )
    assert schedule.cycle(121) == 4
    assert schedule.cycle(122) == 5


def test_restarts_pass_the_decay_on_and_refuse_peaks_below_the_floor() -> None:
    schedule = restarts(7, cycle_len=1, cycle_mult=2, peak_decay=0.5, floor_fraction=0.25)
    assert [schedule.factor(step, steps_per_epoch=1) for step in (0, 1, 3)] == [1.0, 0.5, 0.25]
    with pytest.raises(ValueError, match=r"peak_decay is 0\.5, but the peak of cycle 4"):
        restarts(15, cycle_len=1, cycle_mult=2, peak_decay=0.5, floor_fraction=0.25)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cycle_len": 0.5}, "cycle_len is 0.5"),
        ({"cycle_mult": 0.9}, "cycle_mult is 0.9"),
        ({"cycle_len": math.nan}, "cycle_len is nan"),
        ({"floor_fraction": 1.0}, "floor_fraction is 1.0"),
        ({"peak_decay": 0.0}, "peak_decay is 0.0"),
    ],
)
def test_refuses_what_is_no_cycle(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        restarts(5, **{"cycle_len": 1.0, "cycle_mult": 2.0, **values})


def test_refuses_a_phase_without_epochs() -> None:
    with pytest.raises(ValueError, match="num_epochs is 0"):
        restarts(0, cycle_len=1, cycle_mult=2)


@given(decaying_cycles(), st.integers(1, 7), st.randoms(use_true_random=False))
def test_a_step_that_is_jumped_to_has_the_rate_of_one_that_is_stepped_to(
    schedule: Cosine, steps: int, order: random.Random
) -> None:
    """Whatever the multiplier from 1 to 4."""
    in_order = [
        schedule.factor(step, steps_per_epoch=steps) for step in range(schedule.cycle_ends[-1] * steps)
    ]
    jumps = list(range(len(in_order)))
    order.shuffle(jumps)
    resumed = replace(schedule)
    assert [resumed.factor(step, steps_per_epoch=steps) for step in jumps] == [
        in_order[step] for step in jumps
    ]

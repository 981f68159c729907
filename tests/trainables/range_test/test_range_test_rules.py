import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.range_test import RULES, RangeTest, RuleName, combine, pool, suggest
from trainables.range_test.curve import CurveEnd

NUM_POINTS = 71
"""Ten points a decade, from 1e-6 to 10."""


def rate(decades: float) -> float:
    return float(10**decades)


def curve(
    *,
    least_at: float,
    start: float = 2.0,
    least: float = 1.0,
    end_at: float = 1.0,
    ended: CurveEnd = "exploded",
    scale: float = 1.0,
    noise: float = 0.0,
) -> RangeTest:
    """A loss that is flat up to a decade and a half below its least, falls along half a cosine, and rises evenly.

    Args:
        least_at: Decade of the least loss.
        start: Loss at low rates.
        least: Least loss.
        end_at: Decade of the last point.
        ended: Why it is the last.
        scale: What all rates are multiplied by.
        noise: Height of a zigzag, which the smoothed loss has not.
    """
    places = [-6 + i / 10 for i in range(NUM_POINTS) if -6 + i / 10 <= end_at + 1e-9]
    smoothed = []
    for place in places:
        way = max(0.0, 1 + (place - least_at) / 1.5)
        before = start - (start - least) * (1 - math.cos(math.pi * way)) / 2
        after = least + (start - least) * (place - least_at) / 0.75
        smoothed.append(before if place <= least_at else after)
    losses = [loss + noise * (-1) ** number for number, loss in enumerate(smoothed)]
    rates = tuple(scale * rate(place) for place in places)
    return RangeTest(rates=rates, losses=tuple(losses), smoothed=tuple(smoothed), ended=ended)


@pytest.mark.parametrize(
    ("rule", "over"),
    [
        ("minimum_third", 3.0),
        ("minimum_tenth", 10.0),
        ("minimum_thirtieth", 10**1.5),
        ("minimum_hundredth", 100.0),
    ],
)
def test_a_share_of_the_minimum(rule: RuleName, over: float) -> None:
    lr, reason = suggest(rule, curve(least_at=-1))
    assert lr == pytest.approx(0.1 / over)
    assert reason == ""


def test_pooled_rules_go_by_the_symmetrically_smoothed_curve() -> None:
    # The rise is steeper than the fall: a symmetric kernel moves the least down a little, by up to two of the ten
    # places of a decade.
    lr, _ = suggest("pooled_minimum", curve(least_at=-1))
    assert lr is not None
    assert rate(-1.21) < lr < 0.1
    # It has risen by half after 0.375 decades: at the next place, -0.6, or one further; a third of that.
    lr, _ = suggest("pooled_edge_third", curve(least_at=-1))
    assert lr is not None
    assert rate(-0.61) / 3 < lr < rate(-0.49) / 3
    assert suggest("pooled_edge_quarter", curve(least_at=-1))[0] == pytest.approx(3 / 4 * lr)
    assert suggest("pooled_edge_tenth", curve(least_at=-1))[0] == pytest.approx(3 / 10 * lr)
    # 95 % of the fall: 1.28 of 1.5 decades from -2.5, or less, for the kernel fills the least up
    lr, _ = suggest("pooled_fall", curve(least_at=-1))
    assert lr is not None
    assert rate(-1.41) < lr < rate(-1.19)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("scale", [1e-3, 0.5, 7.0])
def test_rates_multiplied_by_a_number_multiply_the_suggestion_by_it(rule: RuleName, scale: float) -> None:
    lr, _ = suggest(rule, curve(least_at=-1, noise=0.001))
    assert lr is not None
    assert suggest(rule, curve(least_at=-1, noise=0.001, scale=scale))[0] == pytest.approx(scale * lr)


@pytest.mark.parametrize("rule", RULES)
@given(least_at=st.floats(-3, 0), least=st.floats(0.1, 1.5), factor=st.floats(0.1, 10))
def test_losses_multiplied_by_a_number_leave_the_suggestion(
    rule: RuleName, least_at: float, least: float, factor: float
) -> None:
    test = curve(least_at=least_at, least=least)
    times = RangeTest(
        rates=test.rates,
        losses=tuple(factor * loss for loss in test.losses),
        smoothed=tuple(factor * loss for loss in test.smoothed),
        ended=test.ended,
    )
    lr, other = suggest(rule, test)[0], suggest(rule, times)[0]
    assert lr is not None
    assert other is not None
    # a place further where a threshold lies between two floats
    assert abs(math.log10(other / lr)) < 0.11


@pytest.mark.parametrize("rule", RULES)
def test_a_loss_that_never_fell_has_no_suggestion(rule: RuleName) -> None:
    rising = RangeTest(rates=(0.1, 0.2, 3.0), losses=(1.0, 2.0, 3.0), smoothed=(1.0, 2.0, 3.0))
    lr, reason = suggest(rule, rising)
    assert lr is None
    assert "never fell" in reason


@pytest.mark.parametrize("rule", RULES)
def test_a_fall_within_the_noise_is_none(rule: RuleName) -> None:
    assert suggest(rule, curve(least_at=-1, least=1.5, noise=0.2))[0] is not None
    lr, reason = suggest(rule, curve(least_at=-1, least=1.95, noise=0.2))
    assert lr is None
    assert reason == "the loss never fell by more than batches differ"


@pytest.mark.parametrize("rule", RULES)
def test_a_loss_that_still_falls_at_the_highest_rate_has_no_minimum(rule: RuleName) -> None:
    lr, reason = suggest(rule, curve(least_at=1, ended="highest"))
    if rule in ("valley", "steepest"):
        assert lr is not None
    else:
        assert lr is None
        assert reason == "the loss was still falling at the highest rate, 10"


def test_a_loss_that_falls_until_it_is_not_finite_has_its_edge_there() -> None:
    test = curve(least_at=-1, end_at=-1, ended="not_finite")
    assert suggest("minimum_tenth", test)[0] == pytest.approx(0.01)
    assert suggest("pooled_edge_tenth", test)[0] == pytest.approx(0.01)


def part(rates: tuple[float, ...], losses: tuple[float, ...], ended: CurveEnd) -> RangeTest:
    """A test that ended after some of the rates."""
    return RangeTest(rates=rates[: len(losses)], losses=losses, smoothed=losses, ended=ended)


def test_pooling_takes_the_median_and_ends_where_half_of_the_tests_have() -> None:
    rates = (1e-3, 1e-2, 1e-1, 1.0)
    one = part(rates, (1.0, 2.0, 5.0, 6.0), "highest")
    two = part(rates, (2.0, 9.0, 4.0), "exploded")
    three = part(rates, (3.0, 1.0), "not_finite")
    pooled = pool((one, two, three))
    assert pooled.rates == rates[:3]
    assert pooled.losses == (2.0, 2.0, 5.0)
    assert pooled.ended == "exploded"
    assert pool((one,)).ended == "highest"


def test_smoothing_is_symmetric_over_decades() -> None:
    rates = tuple(rate(i / 10) for i in range(21))
    losses = tuple(float(i == 10) for i in range(21))
    smoothed = pool((RangeTest(rates=rates, losses=losses, smoothed=losses),)).smoothed
    assert smoothed == pytest.approx(smoothed[::-1])
    # One standard deviation, 0.2 decades, from the peak: exp(-1/2) of it; the weights' sums hardly differ.
    assert smoothed[8] / smoothed[10] == pytest.approx(math.exp(-0.5), rel=1e-3)


def test_repeats_are_combined_by_their_median_with_their_band() -> None:
    tests = tuple(curve(least_at=place) for place in (-1.0, -2.0, 0.0))
    together = combine(tests, rule="minimum_tenth")
    assert together.lr == pytest.approx(0.01)
    assert together.low == pytest.approx(0.001)
    assert together.high == pytest.approx(0.1)
    assert (together.tests, together.rule, together.reason) == (tests, "minimum_tenth", "")


def test_a_pooled_rule_is_about_the_common_curve_and_its_band_about_each() -> None:
    tests = tuple(curve(least_at=place) for place in (-1.0, -1.2, -0.8))
    together = combine(tests, rule="pooled_edge_third")
    alone = [suggest("pooled_edge_third", test)[0] for test in tests]
    assert together.lr == suggest("pooled_edge_third", pool(tests))[0] or together.lr in alone
    assert together.low == min(lr for lr in alone if lr is not None)
    assert together.high == max(lr for lr in alone if lr is not None)


@pytest.mark.parametrize("rule", RULES)
def test_under_half_of_the_repeats_are_no_suggestion(rule: RuleName) -> None:
    flat = curve(least_at=-1, least=2.0)
    together = combine((curve(least_at=-1), flat, flat), rule=rule)
    assert (together.lr, together.low, together.high) == (None, None, None)
    assert "never fell" in together.reason


@pytest.mark.parametrize("rule", RULES)
@given(places=st.lists(st.floats(-4, 0), min_size=1, max_size=5))
def test_the_suggestion_lies_in_its_band(rule: RuleName, places: list[float]) -> None:
    together = combine(tuple(curve(least_at=place) for place in places), rule=rule)
    if together.lr is None:
        assert together.reason
        return
    assert together.low is not None
    assert together.high is not None
    assert together.low <= together.lr <= together.high

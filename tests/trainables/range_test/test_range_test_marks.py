import pytest

from trainables.range_test import marks

RATES = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0]


def test_the_least_is_the_first_of_equals() -> None:
    assert marks.least([3.0, 1.0, 2.0, 1.0]) == 1


def test_the_steepest_fall_begins_past_the_first_decade_and_before_the_minimum() -> None:
    # Falls for a decade: 5 (first decade), 1, 2, 1; then up, and down by 9 past the minimum.
    assert marks.steepest([20.0, 15.0, 14.0, 12.0, 11.0, 30.0], RATES) == 2
    assert marks.steepest([20.0, 15.0, 14.0, 12.0, 30.0, 21.0], RATES) == 2


def test_the_steepest_fall_is_for_a_step_of_log_rate() -> None:
    # From 10 to 8 in half a decade is steeper than from 8 to 5 in a whole one.
    rates = [1e-5, 1e-4, 10**-3.5, 1e-2]
    assert marks.steepest([10.0, 10.0, 8.0, 5.0], rates) == 1


def test_the_valley_is_the_middle_of_the_longest_fall() -> None:
    # 12 points fall: begins at 12 - 12 - 1 = -1, and -1 + 4 + 2 = 5
    assert marks.valley([float(12 - i) for i in range(12)]) == 5
    # a rise first: the 9 that fall end at 11, so it begins at 2, and 2 + 3 + 1 = 6
    assert marks.valley([1.0, 2.0, 3.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0]) == 6


def test_the_valley_may_skip_points_that_bounce() -> None:
    # 9 > 8 > 7 > 6 > 5 > 4, past the 20s: six members that end at 7, so 7 - 6 + 2 + 1 = 4
    assert marks.valley([9.0, 20.0, 8.0, 7.0, 20.0, 6.0, 5.0, 4.0]) == 4


@pytest.mark.parametrize(("share", "index"), [(0.25, 1), (0.5, 2), (0.9, 3), (1.0, 3)])
def test_fallen_is_the_first_place_below_a_share_of_the_way(share: float, index: int) -> None:
    # From 10 down to 2: levels 8, 6, 2.8 and 2.
    assert marks.fallen([10.0, 8.0, 5.0, 2.0, 3.0], start=10.0, share=share) == index


@pytest.mark.parametrize(("share", "index"), [(0.25, 3), (0.5, 4), (2.0, 5)])
def test_risen_is_the_first_place_past_the_minimum_above_a_share_of_the_way_back(
    share: float, index: int
) -> None:
    # From 2 back to 10: levels 4, 6 and 18, which is above all: the last place.
    assert marks.risen([10.0, 6.0, 2.0, 5.0, 7.0, 9.0], start=10.0, share=share) == index

"""What became of a file, judged by hand-made pictures."""

import numpy as np
import pytest

from benchmarks.formats.kinds.kind import Expected, see_through
from benchmarks.formats.outcome import outcome

GREY = np.arange(200, dtype=np.uint8).reshape(10, 20)
DEEP = np.arange(200).reshape(10, 20) * 300


def test_an_error_is_a_refusal_also_where_there_is_no_picture():
    assert outcome(None, Expected(values=GREY)) == "refused"
    assert outcome(None, None) == "refused"
    assert outcome(GREY, None) == "silently wrong"


def test_equal_levels_are_right_within_the_tolerance_and_in_one_or_three_channels():
    assert outcome(np.dstack([GREY] * 3), Expected(values=GREY)) == "right"
    assert outcome(GREY + np.uint8(3), Expected(values=GREY, tolerance=3)) == "right"
    assert outcome(GREY + np.uint8(4), Expected(values=GREY, tolerance=3)) == "silently wrong"
    assert outcome(GREY.T, Expected(values=GREY)) == "silently wrong"


def test_a_first_page_is_right_but_of_several():
    assert outcome(GREY, Expected(values=GREY, several=3)) == "first of several"
    assert outcome(GREY[::-1], Expected(values=GREY, several=3)) == "silently wrong"


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (DEEP / 59700 * 255, "right"),
        (40 + DEEP / 59700 * 120, "right"),
        (DEEP / 59700 * 90, "silently wrong"),  # too few levels
        (np.minimum(DEEP, 255), "silently wrong"),  # clipped
        (255 - DEEP / 59700 * 255, "silently wrong"),  # the wrong way round
        (np.sqrt(DEEP / 59700) * 255, "silently wrong"),
    ],
)
def test_deep_values_are_to_lie_on_a_line(levels, said):
    assert outcome(np.rint(levels).astype(np.uint8), Expected(values=DEEP, deep=True)) == said


def test_where_low_is_white_the_line_falls():
    falling = np.rint(255 - DEEP / 59700 * 255).astype(np.uint8)
    assert outcome(falling, Expected(values=DEEP, deep=True, white_is_low=True)) == "right"
    assert outcome(255 - falling, Expected(values=DEEP, deep=True, white_is_low=True)) == "silently wrong"


def test_what_is_transparent_is_white_or_black_and_nothing_else():
    colours = np.full((32, 48, 3), 77, dtype=np.uint8)
    expected = see_through(colours)
    assert outcome(expected.values, expected) == "right"
    assert outcome(expected.also[0], expected) == "right"
    assert outcome(colours, expected) == "silently wrong"

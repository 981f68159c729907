"""Numbers as readers see them."""

import pytest

from analysis.wording import number_format as fmt


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fmt.fraction(0.8123), "0.812"),
        (fmt.fraction(None), "\N{EN DASH}"),
        (fmt.fraction(float("nan")), "\N{EN DASH}"),
        (fmt.difference(-0.0321), "\N{MINUS SIGN}0.032"),
        (fmt.difference(-0.0001), "0.000"),
        (fmt.seconds(1234.56), "1,234.6"),
        (fmt.ratio(2.0), "2.00"),
        (fmt.ratio(123.4), "123"),
        (fmt.percent(0.256), "26%"),
        (fmt.level(0.999), "99.9%"),
        (fmt.p_value(0.00001), "p < 0.001"),
        (fmt.p_value(None), "not judged"),
        (fmt.money(0.0123), "0.0123"),
        (fmt.money(12.345), "12.35"),
        (fmt.interval((None, 1.0), fmt.fraction), "\N{EN DASH}"),
        (fmt.difference_interval((-0.9, 1.09)), "\N{MINUS SIGN}0.900 to +1.090"),
        (fmt.difference_interval((-0.2, 1.9)), "wider than \N{PLUS-MINUS SIGN}1"),
        (fmt.difference_interval((None, 1.0)), "\N{EN DASH}"),
        (fmt.difference_interval(None), "\N{EN DASH}"),
    ],
)
def test_numbers_are_written_for_readers(written, expected):
    assert written == expected


def test_a_value_has_the_digits_that_its_interval_supports():
    written = [
        fmt.plus_minus(0.79812, (0.79812 - half, 0.79812 + half), fmt.fraction)
        for half in (0.1184, 0.0114, 0.0014)
    ]
    assert written == ["0.80 ± 0.12", "0.798 ± 0.011", "0.798 ± 0.001"]
    assert fmt.plus_minus(-0.0312, (-0.2312, 0.1688), fmt.difference) == "\N{MINUS SIGN}0.03 ± 0.20"
    assert fmt.plus_minus(0.5, (None, None), fmt.fraction) == "0.500"

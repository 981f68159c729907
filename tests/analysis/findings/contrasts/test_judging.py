"""The three verdicts of a family of questions."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.contrasts.judging import judge
from analysis.statistics.estimate import Estimate
from analysis.statistics.holm import holm, holm_levels
from analysis.statistics.looks import ONE_LOOK, Looks
from analysis.statistics.paired import paired_t


def question(mean: float, error: float, num_pairs: int = 10) -> Estimate | None:
    """Return the estimate of differences with just this mean and standard error."""
    shape = np.resize([1.0, -1.0], num_pairs)
    values = mean + error * num_pairs**0.5 * shape / shape.std(ddof=1)
    return paired_t(values.tolist(), confidence=0.95)


def verdicts(*estimates: Estimate | None, margin: float = 0.01) -> list[str]:
    looks = [ONE_LOOK] * len(estimates)
    return [each.verdict for each in judge(estimates, alpha=0.05, margin=margin, looks=looks)]


def test_each_of_the_three_verdicts_is_read_off_the_interval() -> None:
    # t of 9 degrees of freedom: half-width 2.262 standard errors
    assert verdicts(question(0.03, 0.01)) == ["arm"]
    assert verdicts(question(-0.03, 0.01)) == ["reference"]
    assert verdicts(question(0.001, 0.003)) == ["same"]
    assert verdicts(question(0.005, 0.01)) == ["undecided"]


def test_a_difference_within_the_margin_is_practically_the_same() -> None:
    (result,) = judge([question(0.004, 0.001)], alpha=0.05, margin=0.01, looks=[ONE_LOOK])
    assert result.interval == pytest.approx((0.004 - 0.002262, 0.004 + 0.002262), abs=1e-5)
    assert result.adjusted_p < 0.05
    assert (result.verdict, result.decided) == ("same", True)


def test_a_second_question_takes_half_of_alpha_from_the_first_step() -> None:
    # p = 0.034 alone; beside another open question it would have to be below 0.025
    assert verdicts(question(0.025, 0.01)) == ["arm"]
    assert verdicts(question(0.025, 0.01), question(0.005, 0.01)) == ["undecided", "undecided"]
    # beside one that is shown at the first step it is judged at alpha in full
    assert verdicts(question(0.025, 0.01), question(0.06, 0.01)) == ["arm", "arm"]


def test_what_cannot_be_judged_says_so() -> None:
    assert verdicts(None) == ["unknown"]
    assert verdicts(paired_t([0.1], confidence=0.95)) == ["unknown"]
    assert verdicts(paired_t([0.0, 0.0], confidence=0.95)) == ["identical"]
    assert verdicts(paired_t([0.1, 0.1], confidence=0.95)) == ["unknown"]


@given(
    means=st.lists(st.floats(-0.05, 0.05), min_size=1, max_size=5),
    errors=st.lists(st.floats(0.001, 0.02), min_size=5, max_size=5),
    margin=st.floats(0.002, 0.05),
)
def test_the_interval_drawn_shows_the_verdict_given(
    means: list[float], errors: list[float], margin: float
) -> None:
    assert_shown(means, errors, margin, ONE_LOOK)


@pytest.mark.parametrize("means", [(0.0, 0.02), (0.011, 0.013), (0.03, -0.002)])
def test_so_it_does_at_a_planned_look(means: tuple[float, ...]) -> None:
    assert_shown(means, [0.003, 0.006], 0.015, Looks(num_seeds=(5, 10), planned=(5, 10, 20)))


def assert_shown(means: Sequence[float], errors: Sequence[float], margin: float, looks: Looks) -> None:
    estimates = [question(mean, error) for mean, error in zip(means, errors, strict=False)]
    for result in judge(estimates, alpha=0.05, margin=margin, looks=[looks] * len(estimates)):
        assert result.interval is not None
        low, high = result.interval
        edge = min(abs(low), abs(high), abs(margin - high), abs(margin + low)) < 1e-6
        inside, excludes = -margin < low and high < margin, low > 0 or high < 0
        if edge:
            continue
        assert (result.verdict == "same") == inside or excludes
        if result.verdict == "undecided":
            assert not inside
            assert not excludes
        if result.verdict in ("arm", "reference"):
            assert excludes
            assert (low > 0) == (result.verdict == "arm")


@given(p_values=st.lists(st.none() | st.floats(1e-6, 1), max_size=6), alpha=st.floats(0.01, 0.3))
def test_a_question_is_below_its_level_just_where_holm_rejects_it(
    p_values: list[float | None], alpha: float
) -> None:
    for p, adjusted, level in zip(p_values, holm(p_values), holm_levels(p_values, alpha=alpha), strict=True):
        assert (p is None) == (level is None)
        if p is not None and level is not None and adjusted is not None and abs(adjusted - alpha) > 1e-9:
            assert (p < level) == (adjusted < alpha)


def test_studies_show_false_verdicts_as_seldom_as_they_may() -> None:
    """Four arms at each edge: none differs, or each by just the margin; the whole is in benchmarks."""
    generator, margin, num_studies = np.random.default_rng(3), 0.01, 400
    wrong = {"better": 0, "same": 0}
    for kind, truth in (("better", 0.0), ("same", margin)):
        for _ in range(num_studies):
            shared = generator.normal(0, 0.004, 6)
            arms = generator.normal(truth, 0.004, (4, 6)) - shared
            found = verdicts(*(paired_t(arm.tolist(), confidence=0.95) for arm in arms), margin=margin)
            wrong[kind] += any(v in ("arm", "reference") if kind == "better" else v == "same" for v in found)
    assert wrong["better"] / num_studies <= 0.07  # 2 standard errors above 0.05
    assert wrong["same"] / num_studies <= 0.07

import numpy as np
import pytest
from scipy import stats

from analysis.findings.contrasts.judging import judge
from analysis.loading.extended import looks_made
from analysis.loading.run_metadata import Extension, Look, RunMetadata
from analysis.statistics.looks import ONE_LOOK, Looks, cumulative_alpha, nominal_levels
from analysis.statistics.paired import paired_t
from analysis.statistics.planned_looks import planned_looks

SEEDS = Extension(seeds=5)
TRIALS = Extension(trials=4)


def test_looks_at_pococks_constant_level_err_together_as_he_tabulated():
    # Pocock (1977), table 1: five equal looks at 0.0158 err in 5 %
    nominal = nominal_levels((1, 2, 3, 4, 5), (0.0158, 0.0275, 0.0365, 0.0438, 0.0500))
    assert nominal == pytest.approx([0.0158] * 5, rel=0.02)


def p_values_at(num_seeds):
    """Return the p values of 400,000 studies without a difference, one column a look."""
    between = np.diff(num_seeds, prepend=0)  # the sum of n normals is one of n times the variance
    normals = np.random.default_rng(0).standard_normal((400_000, len(num_seeds)))
    sums = (normals * np.sqrt(between)).cumsum(axis=1)
    return 2 * stats.norm.sf(abs(sums) / np.sqrt(num_seeds))


def test_what_simulated_looks_err_in_is_what_may_be_spent():
    spent = (0.05, 0.055, 0.0575)
    levels = np.array(nominal_levels((5, 10, 20), spent))
    below = p_values_at((5, 10, 20)) < levels
    errors = [below[:, : look + 1].any(axis=1).mean() for look in range(3)]
    assert errors == pytest.approx(spent, abs=0.0015)


def test_one_look_is_judged_in_full_and_the_p_value_is_its_own():
    one = Looks(num_seeds=(5,))
    assert (one.level(0.05), one.as_first_look(0.03)) == (0.05, 0.03)


@pytest.mark.parametrize("looks", [Looks(num_seeds=(5, 10)), Looks(num_seeds=(4, 8, 20), earlier=1)])
def test_a_p_value_is_below_alpha_just_where_it_is_below_the_level_of_its_look(looks):
    for alpha in (0.001, 0.05, 0.2):
        level = looks.level(alpha)
        assert level < alpha
        assert looks.as_first_look(level) == pytest.approx(alpha, rel=1e-4)
        assert looks.as_first_look(0.9 * level) < alpha < looks.as_first_look(1.1 * level)
    assert looks.as_first_look(0.7) == 1.0
    assert 0 < looks.as_first_look(1e-40) < 1e-9


def test_all_looks_for_ever_err_in_six_percent_at_most():
    assert [cumulative_alpha(looks, 0.05) for looks in (0, 1, 2, 3)] == pytest.approx(
        [0, 0.05, 0.055, 0.0575]
    )
    assert cumulative_alpha(50, 0.05) <= 0.06


@pytest.mark.parametrize(
    ("information", "cumulative"), [((5, 5), (0.01, 0.02)), ((5,), (0.01, 0.02)), ((), ())]
)
def test_looks_that_do_not_grow_are_refused(information, cumulative):
    with pytest.raises(ValueError, match=r"look|rise"):
        nominal_levels(information, cumulative)


def test_the_looks_that_were_made_are_read_from_the_extensions():
    def made(num_seeds: int, *extensions: Extension) -> Looks:
        return looks_made(num_seeds, RunMetadata(extensions=extensions))

    assert made(5) == Looks(num_seeds=(5,))
    assert made(15, SEEDS, SEEDS) == Looks(num_seeds=(5, 10, 15))
    assert made(10, SEEDS, TRIALS, SEEDS) == Looks(num_seeds=(5, 10), earlier=2)
    assert made(5, TRIALS) == Looks(num_seeds=(5,), earlier=1)


def test_planned_looks_end_for_an_arm_where_it_left_the_race():
    planned, both = (5, 8, 12), ("fixed", "good")
    looks = (Look(num_seeds=5, going_on=(*both, "bad")), Look(num_seeds=8, going_on=both))
    metadata = RunMetadata(planned_looks=planned, looks=looks)
    assert looks_made(12, metadata, "bad") == Looks(num_seeds=(5, 8), planned=planned)
    assert looks_made(12, metadata, "good") == Looks(num_seeds=(5, 8, 12), planned=planned)  # under way
    ended = RunMetadata(planned_looks=planned, looks=(*looks, Look(num_seeds=12)), extensions=(SEEDS,))
    assert looks_made(17, ended, "good") == Looks(num_seeds=(5, 8, 12, 17), planned=planned)
    assert looks_made(17, ended, "bad") == Looks(num_seeds=(5, 8), planned=planned)


def test_planned_looks_spend_what_seeds_have_been_used_of_the_most():
    planned = planned_looks(5, 30)
    assert planned == (5, 8, 12, 18, 30)
    looks = [Looks(num_seeds=planned[: number + 1], planned=planned) for number in range(5)]
    assert looks[0].level(0.05) == pytest.approx(0.05 * 0.9 * 5 / 30)
    levels = np.array([each.level(0.05) for each in looks])
    below = p_values_at(planned) < levels
    errors = [below[:, : number + 1].any(axis=1).mean() for number in range(5)]
    assert errors == pytest.approx([0.045 * each / 30 for each in planned], abs=0.0015)


def test_an_extension_beyond_what_was_planned_may_err_a_little_more():
    planned = (5, 8, 12)
    beyond = Looks(num_seeds=(5, 8, 12, 17), planned=planned)
    assert beyond.level(0.05) > Looks(num_seeds=(5, 8, 12), planned=planned).level(0.05) / 2
    assert nominal_levels((5, 8, 12, 17), (0.01875, 0.03, 0.045, 0.055))[-1] == pytest.approx(
        beyond.level(0.05)
    )


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [(5, 30, (5, 8, 12, 18, 30)), (3, 10, (3, 5, 8, 10)), (2, 3, (2, 3)), (5, 12, (5, 8, 12))],
)
def test_looks_are_planned_between_least_and_most(least, most, expected):
    assert planned_looks(least, most) == expected


def test_verdict_interval_and_power_of_a_second_look_are_at_one_level():
    looks = Looks(num_seeds=(5, 10))
    differences = [0.01, 0.03, 0.02, 0.05, -0.01, 0.02, 0.04, 0.0, -0.02, 0.03]
    estimate = paired_t(differences, confidence=1 - looks.level(0.05))
    assert 0.011 < estimate.p < 0.05  # shown by ten seeds at once, not at a second look
    (question,) = judge([estimate], alpha=0.05, margin=0.01, looks=[looks])
    (at_once,) = judge([estimate], alpha=0.05, margin=0.01, looks=[ONE_LOOK])
    assert (at_once.verdict, question.verdict) == ("arm", "undecided")
    assert estimate.low < 0 < estimate.high
    assert question.interval == pytest.approx((estimate.low, estimate.high))
    assert question.detectable > at_once.detectable


def test_extending_while_undecided_keeps_false_alarms_within_what_is_said():
    differences = np.random.default_rng(1).standard_normal((20_000, 10))
    first, second = (stats.ttest_1samp(differences[:, :num], 0, axis=1).pvalue for num in (5, 10))
    looked_again = (first >= 0.05) & (first < 0.5)
    errors = [
        np.where(looked_again, second < level, first < 0.05).mean()
        for level in (0.05, Looks(num_seeds=(5, 10)).level(0.05))
    ]
    assert errors[0] > 0.07
    assert 0.05 < errors[1] < 0.058

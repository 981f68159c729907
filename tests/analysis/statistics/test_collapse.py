from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.loading.run_metadata import RunMetadata
from analysis.loading.study_data import chance_level
from analysis.statistics.collapse import collapsed_runs, rate_of
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import two_arm_runs
from trainables.objectives import objective_of


def collapsing(arm, *seeds):
    """Return a study in which the arm's confirmations on some seeds end at chance."""
    lost = {f"{arm}-confirm-{seed}" for seed in seeds}
    return [
        replace(run, values=[0.5, 0.6, 0.55, 0.5], correct=[image % 2 for image in range(100)])
        if run.name in lost
        else run
        for run in two_arm_runs()
    ]


def test_a_rate_has_the_exact_interval():
    rate = rate_of(1, 10, confidence=0.95)
    assert (rate.low, rate.high) == (pytest.approx(0.00253, abs=1e-5), pytest.approx(0.44502, abs=1e-5))
    none = rate_of(0, 5, confidence=0.95)
    assert none.low == 0.0
    assert none.bound == pytest.approx(1 - 0.05 ** (1 / 5))
    assert rate_of(5, 5, confidence=0.95).high == 1.0
    assert (rate_of(0, 0, confidence=0.95).low, rate_of(0, 0, confidence=0.95).high) == (0.0, 1.0)


def test_chance_is_the_largest_class_or_one_over_the_classes():
    known = RunMetadata(counts={"val": (30, 10, 0)})
    chances = [chance_level(known, objective_of(name)) for name in ("accuracy", "balanced_accuracy", "auroc")]
    assert chances == [0.75, 0.5, 0.5]
    assert chance_level(RunMetadata(), objective_of("accuracy")) is None


def test_chance_of_label_sets_is_by_their_images_and_not_by_the_sum_of_labels():
    known = RunMetadata(counts={"val": (30, 10)}, set_sizes={"val": 50})
    assert chance_level(known, objective_of("mean_average_precision")) == pytest.approx((0.6 + 0.2) / 2)


def test_a_collapsed_run_is_left_out_of_the_interval_and_said():
    comparison = compared(collapsing("adapted", 1))
    finals = comparison.contrasts[0].finals
    assert (finals.collapsed_arm, finals.collapsed_reference) == (1, 0)
    assert finals.headline.num_pairs == 4
    assert finals.with_collapsed < finals.headline.mean
    text = comparison.answer[0]
    assert "1 of 5 adapted runs and 0 of 5 fixed runs collapsed" in text
    assert (
        "Of all adapted runs 1% to 72% may be lost so, and of all fixed runs 0% to 52% (95% intervals)"
        in text
    )
    assert (
        f"counted at what they ended with the difference is {finals.with_collapsed:+.3f}".replace(
            "-", "\N{MINUS SIGN}"
        )
        in text
    )


def test_an_arm_with_more_collapsed_runs_is_never_called_better():
    better = compared(two_arm_runs())
    assert better.contrasts[0].final_result.verdict == "arm"
    collapsed = compared(collapsing("adapted", 1))
    assert collapsed.contrasts[0].final_result.verdict == "withheld"


def test_collapsed_runs_of_the_reference_do_not_hide_that_the_arm_is_better():
    comparison = compared(collapsing("fixed", 2))
    assert comparison.contrasts[0].final_result.verdict == "arm"
    assert comparison.contrasts[0].finals.collapsed_reference == 1


def test_the_arms_own_means_are_of_runs_that_trained():
    whole = compared(two_arm_runs()).arms.set_index("arm")
    arms = compared(collapsing("adapted", 1)).arms.set_index("arm")
    assert list(arms["num_collapsed"]) == [1, 0]
    assert arms.loc["adapted", "num_measured"] == 4
    assert arms.loc["adapted", "test_mean"] == pytest.approx(whole.loc["adapted", "test_mean"], abs=0.01)


def test_ordinary_runs_do_not_collapse_and_how_many_may_unseen_is_a_condition():
    comparison = compared(two_arm_runs())
    assert not comparison.data.runs["collapsed"].any()
    assert "collapsed" not in comparison.answer[0]
    assert any("up to 45% of an arm's runs" in text for text in comparison.conditions)


def test_runs_little_above_chance_do_not_collapse():
    runs = []
    for run in two_arm_runs():
        low = 0.53 + 0.012 * (run.seed % 5)
        runs.append(replace(run, values=[low] * 4) if run.stage == "confirm" else run)
    assert not compared(runs).data.runs["collapsed"].any()


def runs_ending(*arms):
    """Return the rows of confirmation runs that end with these validation objectives, one sequence an arm."""
    rows = [
        {"stage": "confirm", "arm": arm, "architecture": "x", "overall": True, "final_val": value}
        for arm, values in enumerate(arms)
        for value in values
    ]
    return pd.DataFrame(rows)


def normal_ends(generator, *, level, sd, num_seeds):
    """Return ends on 100 validation images of two arms that train alike."""
    return np.round(generator.normal(level, sd, size=(2, num_seeds)).clip(0, 1), 2)


@pytest.mark.parametrize(
    ("level", "sd", "num_seeds"),
    [(0.7, 0.04, 10), (0.6, 0.04, 5), (0.75, 0.04, 20)],
)
def test_of_studies_in_which_all_trained_few_have_a_run_called_collapsed(level, sd, num_seeds):
    generator = np.random.default_rng(0)
    ends = [normal_ends(generator, level=level, sd=sd, num_seeds=num_seeds) for _ in range(80)]
    called = sum(collapsed_runs(runs_ending(*each), chance=0.5).any() for each in ends)
    assert called <= 4  # were it 1 %, more of 80 would come about in 0.1 % of trials


@pytest.mark.parametrize(("level", "chance", "sd"), [(0.85, 0.5, 0.02), (0.95, 0.5, 0.03), (0.7, 0.1, 0.03)])
@pytest.mark.parametrize("num_seeds", [5, 10])
def test_a_run_that_guesses_is_found_among_runs_that_train(level, chance, sd, num_seeds):
    generator = np.random.default_rng(1)
    found = []
    for _ in range(30):
        ends = normal_ends(generator, level=level, sd=sd, num_seeds=num_seeds)
        ends[0, 0] = chance
        flags = collapsed_runs(runs_ending(*ends), chance=chance)
        found.append(flags.iloc[0])
        assert not flags.iloc[1:].any()
    assert np.mean(found) >= 0.9


def test_a_run_that_is_stuck_between_chance_and_the_others_counts_as_trained():
    runs = runs_ending([0.9, 0.91, 0.68, 0.9, 0.89], [0.9, 0.91, 0.9, 0.89, 0.9])
    assert not collapsed_runs(runs, chance=0.5).any()


@pytest.mark.parametrize("num_seeds", [1, 2])
def test_of_one_or_two_runs_none_is_called_collapsed(num_seeds):
    assert not collapsed_runs(runs_ending([0.5, 0.9][:num_seeds], [0.9] * num_seeds), chance=0.5).any()


def test_a_run_below_others_that_are_all_at_chance_is_not_called_collapsed():
    assert not collapsed_runs(runs_ending([0.5, 0.5, 0.49, 0.5], [0.5, 0.5, 0.5, 0.5]), chance=0.5).any()


def spread_about(level, sd, num_seeds):
    """Return so many ends, the quantiles of a normal distribution."""
    return list(stats.norm.ppf((np.arange(num_seeds) + 0.5) / num_seeds, level, sd))


def test_five_deviations_above_chance_no_run_is_called_collapsed_however_far_below_the_others():
    ends = spread_about(0.625, 0.025, 20)
    assert not collapsed_runs(runs_ending([*ends, 0.495], ends), chance=0.5).any()
    assert collapsed_runs(runs_ending([*(e + 0.1 for e in ends), 0.495], ends), chance=0.5).sum() == 1


def test_with_three_seeds_the_lowest_is_collapsed_only_where_the_others_agree_closely():
    assert not collapsed_runs(runs_ending([0.8, 0.74, 0.5], [0.79, 0.75, 0.77]), chance=0.5).any()
    assert collapsed_runs(runs_ending([0.771, 0.769, 0.5], [0.771, 0.77, 0.769]), chance=0.5).sum() == 1


def test_an_arm_that_varies_is_not_judged_by_others_that_do_not():
    others = [spread_about(0.75, 0.005, 10) for _ in range(4)]
    wide = [*spread_about(0.75, 0.06, 10), 0.53]
    assert not collapsed_runs(runs_ending(wide, *others), chance=0.5).any()
    assert collapsed_runs(runs_ending([*others[0], 0.53], *others), chance=0.5).sum() == 1


def test_an_arm_of_which_all_runs_may_have_collapsed_is_noted():
    comparison = compared(collapsing("fixed", 0, 1, 2, 3, 4))
    assert comparison.contrasts[0].finals.collapsed_reference == 0
    note = [text for text in comparison.notes if "better than guessing" in text]
    assert note == [
        "The confirmed runs of fixed are not, or hardly, better than guessing: 0.500 on validation, where "
        "guessing scores 0.500. They may all have collapsed; they count as runs that trained."
    ]
    assert not any("guessing" in text for text in compared(two_arm_runs()).notes)


def test_what_is_not_told_as_a_collapse_is_a_condition():
    few = compared(two_arm_runs(2))
    assert any("none was seen to collapse" in text for text in few.conditions)
    lost = compared(collapsing("adapted", 1))
    for comparison in (few, lost):
        assert any(
            "does not, nor does any where fewer than 3 were confirmed" in t for t in comparison.conditions
        )


def test_nothing_is_said_of_a_difference_where_there_is_none():
    runs = [
        replace(run, status="diverged") if run.name.startswith("adapted-c") else run for run in two_arm_runs()
    ]
    text = compared(runs).answer[0]
    assert "no test accuracy can be compared" in text
    assert "BEWARE: 5 of 5 adapted runs" in text
    assert "difference above" not in text

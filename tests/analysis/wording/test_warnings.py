"""What a reader of the verdict must not miss."""

from dataclasses import replace

from analysis.findings.contrasts.equal_budget import Opposed
from analysis.wording.notes import notes
from analysis.wording.warnings import MOST, warnings
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import default_metadata, two_arm_runs

ONE_SEARCH = "One search of each arm: configurations are compared, not methods; another search finds others."


def test_a_study_without_flaws_warns_only_that_one_search_found_what_it_compares():
    comparison = compared(two_arm_runs(3))
    assert comparison.warnings == (ONE_SEARCH,)
    several = replace(comparison.data, settings=replace(comparison.data.settings, num_repeats=2))
    assert ONE_SEARCH not in warnings(several, comparison.contrasts)
    assert compared([run for run in two_arm_runs(3) if run.stage == "search"]).warnings == ()


def test_lost_runs_come_first_and_never_more_than_three_are_said():
    runs = [
        replace(run, status="diverged", values=[None], correct=None)
        if run.name == "adapted-confirm-1"
        else run
        for run in two_arm_runs(4)
    ]
    metadata = replace(
        default_metadata(), ended=None, test_split_uses_before=2, counts={"val": (5, 5), "test": (60, 40)}
    )
    found = compared(runs, metadata=metadata).warnings
    assert found == (
        "1 of 4 adapted runs diverged, failed or collapsed: the verdict speaks of runs that train.",
        "The study has not ended: the rest may change the verdict.",
        "This test split had been measured 2 times before: intervals promise less than they say.",
    )
    assert len(found) == MOST


def test_a_conclusion_that_turns_round_with_the_budget_is_said_of_its_arm():
    comparison = compared(two_arm_runs(3))
    opposed = Opposed(arm_better=None, reference_better=None, adjusted_p=0.01)
    contrast = replace(comparison.contrasts[0], opposed=(opposed,))
    assert warnings(comparison.data, (contrast,))[0] == (
        "adapted against fixed: who is better depends on what is held equal."
    )


def test_every_warning_is_short_enough_for_a_first_screen():
    metadata = replace(
        default_metadata(),
        stopped_early="SIGINT",
        test_split_uses_before=1,
        counts={"val": (5, 5), "test": (6, 4)},
    )
    assert all(
        len(warning.split()) <= 20 for warning in compared(two_arm_runs(2), metadata=metadata).warnings
    )


def test_test_images_unlike_those_that_chose_are_named_with_the_gap():
    easy = [
        replace(run, values=[0.98] * len(run.values)) if run.stage == "confirm" else run
        for run in two_arm_runs(4)
    ]
    comparison = compared(easy)
    test = comparison.data.runs.query("stage == 'confirm'")["final_test"].mean()
    gap = f"Validation reads {0.98 - test:.3f} above test for the same runs"
    assert f"{gap}: the test images are unlike those that chose." in comparison.warnings
    few = replace(default_metadata(), counts={"val": (8, 8), "test": (6, 4)})
    assert not any("unlike" in each.full for each in notes(compared(easy, metadata=few).data))

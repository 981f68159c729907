"""The next step: go on, add seeds, or use the arm."""

from dataclasses import replace

import pytest

from analysis.findings.next_step import next_step
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs


def test_where_the_arm_is_shown_it_is_to_be_used():
    step = compared(two_arm_runs()).next_step
    assert (step.kind, step.arm, step.seeds) == ("use", "adapted", None)


def test_an_open_question_takes_the_seeds_that_decide_it_and_their_time_and_money():
    comparison = compared(two_arm_runs(gain=0.0, test_gain=1))
    step, needed = comparison.next_step, comparison.contrasts[0].further.needed
    assert (step.kind, step.seeds, step.chance) == ("extend", needed.pairs, needed.chance)
    assert step.chance >= 0.8
    # 40 s of confirmation for 5 seeds, at 3.60 an hour
    assert step.seconds == pytest.approx(8.0 * step.seeds)
    assert step.money == pytest.approx(0.008 * step.seeds)


@pytest.mark.parametrize("how", [{"ended": None}, {"stopped_early": "SIGINT"}])
def test_a_study_that_did_not_end_goes_on(how):
    comparison = compared(two_arm_runs(), metadata=replace(default_metadata(), **how))
    assert comparison.next_step.kind == "resume"


def confirmed(arm, wrong, more):
    return [
        Run(arm=arm, stage="confirm", name=f"{arm}-{seed}", seed=seed, values=[0.7], correct=correct)
        for seed in range(6)
        for errors in [wrong + more[seed % len(more)]]
        for correct in [[1] * (300 - errors) + [0] * errors]
    ]


def test_two_arms_better_than_the_reference_may_be_told_apart_by_more_seeds():
    runs = [
        *confirmed("fixed", 120, (0, 2)),
        *confirmed("adapted", 40, (0, 44)),
        *confirmed("cosine", 6, (44, 0, 8)),
    ]
    comparison = compared(runs)
    decision, step = comparison.decision, comparison.next_step
    assert [each.final_result.verdict for each in comparison.contrasts] == ["arm", "arm"]
    assert decision.standing == "open"
    assert (step.kind, step.arm) == ("use", decision.arm)
    assert step.seeds is not None
    shown = replace(decision, standing="best")
    assert next_step(comparison.data, comparison.contrasts, shown).seeds is None


def test_nothing_is_said_of_a_study_without_a_decision():
    assert compared(two_arm_runs(1)).next_step.kind == "none"

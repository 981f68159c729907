"""Which arm to use: the best, a cheaper one that is practically the same, and what is left out."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from analysis.findings.decision import Decision
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, default_spec


def confirmed(
    arm: str,
    wrong: int,
    *,
    seconds: float = 1.0,
    num_seeds: int = 6,
    lost: int = 0,
    more: tuple[int, ...] = (0, 2, 1),
) -> list[Run]:
    """Return an arm's confirmation runs on 300 test images: the last so many wrong, and by seed so many more."""
    runs = []
    for seed in range(num_seeds):
        errors = wrong + more[(seed + len(arm)) % len(more)]
        runs.append(
            Run(
                arm=arm,
                stage="confirm",
                name=f"{arm}-confirm-{seed}",
                seed=seed,
                values=[0.5, 0.7],
                seconds_per_epoch=seconds,
                correct=None if seed < lost else [1] * (300 - errors) + [0] * errors,
                status="diverged" if seed < lost else "finished",
            )
        )
    return runs


def decided(*arms: list[Run], **compare: Any) -> Decision:
    names = [runs[0].arm for runs in arms]
    spec = copy.deepcopy(default_spec(names))
    spec["compare"] = spec["compare"] | {"reference": "fixed"} | compare
    decision = compared([run for runs in arms for run in runs], spec=spec).decision
    assert decision is not None
    return decision


def test_the_best_arm_is_to_be_used_and_how_sure_that_is_is_said() -> None:
    decision = decided(confirmed("fixed", 90), confirmed("adapted", 30))
    assert (decision.arm, decision.leader, decision.standing) == ("adapted", "adapted", "best")
    assert decision.probability_best["adapted"] > 0.99
    assert decision.means["adapted"] == pytest.approx(0.9, abs=0.01)
    assert decision.expected_loss < 1e-3


def test_a_cheaper_arm_that_is_practically_the_same_is_to_be_used() -> None:
    slow, fast = confirmed("slower", 30, seconds=4.0), confirmed("faster", 31, seconds=1.0)
    decision = decided(confirmed("fixed", 90), slow, fast, margin=0.05)
    assert (decision.arm, decision.leader, decision.standing) == ("faster", "slower", "same")
    assert decision.cost_seconds["slower"] == pytest.approx(8.0)
    assert decision.expected_loss < 0.05


def test_where_nothing_is_shown_the_answer_is_open() -> None:
    decision = decided(confirmed("fixed", 60, more=(0, 30, 10)), confirmed("adapted", 57, more=(25, 0)))
    assert decision.standing == "open"
    assert 0.05 < decision.probability_best[decision.arm] < 0.95
    assert decision.loss_if_not_best is not None


def test_an_arm_that_lost_more_runs_or_is_worse_is_left_out() -> None:
    decision = decided(confirmed("fixed", 60), confirmed("lossy", 10, lost=2), confirmed("bad", 150))
    assert decision.arm == "fixed"
    assert decision.left_out == {"lossy": "lost", "bad": "worse"}
    assert set(decision.probability_best) == {"fixed"}


def test_one_seed_decides_nothing() -> None:
    runs = [*confirmed("fixed", 60, num_seeds=1), *confirmed("adapted", 30, num_seeds=1)]
    assert compared(runs).decision is None


def test_that_the_cheapest_is_no_worse_is_answered_where_it_is_asked() -> None:
    arms = (confirmed("fixed", 60, seconds=1.0), confirmed("adapted", 60, seconds=3.0))
    assert decided(*arms).noninferiority is None
    asked = decided(*arms, noninferior="cheapest", margin=0.05).noninferiority
    assert asked is not None
    assert (asked.arm, list(asked.others), asked.shown) == ("fixed", ["adapted"], True)
    other = decided(
        confirmed("fixed", 90, seconds=1.0), confirmed("adapted", 30, seconds=3.0), noninferior="fixed"
    ).noninferiority
    assert other is not None
    assert not other.shown


def test_a_decision_is_judged_as_strictly_as_the_looks_at_the_study() -> None:
    arms = [*confirmed("fixed", 60), *confirmed("adapted", 57, more=(9, 0))]
    spec = copy.deepcopy(default_spec(["fixed", "adapted"]))
    spec["compare"] |= {"reference": "fixed"}
    planned = replace(default_metadata(), planned_looks=(6, 9, 30))
    at_once, at_look = (compared(arms, spec=spec, metadata=m) for m in (default_metadata(), planned))
    for one, confidence in ((at_once, 0.95), (at_look, 1 - 0.9 * 0.05 * 6 / 30)):
        (rival,) = one.decision.rivals.values()
        assert rival.confidence == pytest.approx(confidence)


def test_a_reference_that_lost_more_runs_is_not_called_the_best() -> None:
    decision = decided(confirmed("fixed", 20, num_seeds=8, lost=2), confirmed("adapted", 60, num_seeds=8))
    assert (decision.arm, decision.standing) == ("fixed", "open")


def test_the_question_is_answered_also_for_an_arm_that_is_left_out() -> None:
    asked = decided(
        confirmed("fixed", 30, seconds=2.0), confirmed("cheap", 120, seconds=1.0), noninferior="cheapest"
    ).noninferiority
    assert asked is not None
    assert (asked.arm, list(asked.others), asked.shown) == ("cheap", ["fixed"], False)

"""A planned look: who goes on, who has left for good, and what keeps nobody waiting."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis import compare, load_study
from analysis.loading.run_metadata import Look
from study.tuning.looking import look_at
from tests.support.synthetic_study import Run, default_metadata, default_spec, write_study

LOOKS = (5, 8, 12)


def confirmed(arm: str, wrong: int, *, num_seeds: int = 5, status: str = "finished") -> list[Run]:
    """Return runs on 200 test images, some more wrong in every second seed."""
    runs = []
    for seed in range(num_seeds):
        errors = wrong + 2 * (seed % 2)
        correct = [1] * (200 - errors) + [0] * errors
        ended = {"correct": correct} if status == "finished" else {"correct": None, "status": status}
        runs.append(
            Run(arm=arm, stage="confirm", name=f"{arm}-{seed}", seed=seed, values=[0.5, 0.7], **ended)
        )
    return runs


def study(folder: Path, *arms: list[Run], looks: tuple[Look, ...] = ()) -> Path:
    names = [runs[0].arm for runs in arms]
    spec = default_spec(names)
    spec["compare"] |= {"reference": "fixed"}
    metadata = replace(default_metadata(), planned_looks=LOOKS, looks=looks, ended=None)
    return write_study(folder / "s", [run for runs in arms for run in runs], spec=spec, metadata=metadata)


def test_a_study_whose_arms_are_all_decided_gets_no_more_seeds(tmp_path: Path) -> None:
    look = look_at(study(tmp_path, confirmed("fixed", 100), confirmed("good", 20)), num_seeds=5)
    assert look == Look(num_seeds=5, going_on=(), verdicts={"good": "arm"})


def test_an_arm_that_is_shown_to_be_worse_leaves_and_the_open_one_goes_on_with_the_reference(
    tmp_path: Path,
) -> None:
    arms = confirmed("fixed", 60), confirmed("bad", 150), confirmed("alike", 58)
    look = look_at(study(tmp_path, *arms), num_seeds=5)
    assert look.verdicts == {"bad": "reference", "alike": "undecided"}
    assert look.going_on == ("fixed", "alike")


def test_an_arm_that_has_left_does_not_come_back_and_keeps_its_verdict(tmp_path: Path) -> None:
    before = Look(
        num_seeds=5, going_on=("fixed", "alike"), verdicts={"left": "reference", "alike": "undecided"}
    )
    arms = confirmed("fixed", 60, num_seeds=8), confirmed("left", 59), confirmed("alike", 58, num_seeds=8)
    folder = study(tmp_path, *arms, looks=(before,))
    look = look_at(folder, num_seeds=8)
    assert (look.going_on, set(look.verdicts)) == (("fixed", "alike"), {"alike"})
    by_arm = {each.pairing.arm: each.final_result.verdict for each in compare(load_study(folder)).contrasts}
    assert by_arm["left"] == "reference"


@pytest.mark.parametrize("status", ["diverged", "failed"])
def test_an_arm_of_which_no_run_trained_keeps_nobody_waiting(tmp_path: Path, status: str) -> None:
    arms = confirmed("fixed", 100), confirmed("good", 20), confirmed("lost", 20, status=status)
    assert look_at(study(tmp_path, *arms), num_seeds=5).going_on == ()


def test_the_last_look_is_the_last(tmp_path: Path) -> None:
    arms = confirmed("fixed", 60, num_seeds=12), confirmed("alike", 58, num_seeds=12)
    assert look_at(study(tmp_path, *arms), num_seeds=12).going_on == ()


def test_between_two_looks_nothing_is_decided(tmp_path: Path) -> None:
    """A report of an interrupted study would be a look that was not planned."""
    before = Look(num_seeds=5, going_on=("fixed", "good"), verdicts={"good": "undecided"})
    arms = confirmed("fixed", 100, num_seeds=7), confirmed("good", 20, num_seeds=7)
    (contrast,) = compare(load_study(study(tmp_path, *arms, looks=(before,)))).contrasts
    assert contrast.final_result.verdict == "undecided"
    assert contrast.final_result.interval[0] > 0

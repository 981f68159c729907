"""The verdict so far, while a confirmation runs."""

from pathlib import Path

from study.tuning.provisional import ProvisionalVerdicts
from tests.support.driven_by_hand import DrivenByHand


def verdicts(differences: list[float], *, margin: float = 0.01) -> ProvisionalVerdicts:
    made = ProvisionalVerdicts(reference="fixed", confidence=0.95, margin=margin)
    for seed, each in enumerate(differences):
        made.ended("fixed", seed, 0.5)
        made.ended("adapted", seed, 0.5 + each)
    return made


def test_it_is_the_paired_interval_and_marked_as_provisional() -> None:
    # mean 0.03, standard deviation 0.01, t(2) = 4.303: 0.03 +- 4.303 x 0.01 / sqrt(3)
    said = "provisional, 3 pairs: +0.030 against fixed (+0.005 to +0.055), better"
    assert verdicts([0.02, 0.03, 0.04]).words("adapted") == said
    assert verdicts([-0.04, 0.03, 0.04]).words("adapted").endswith("not decided yet")
    assert verdicts([0.001, 0.002, 0.001], margin=0.05).words("adapted").endswith("practically the same")


def test_nothing_is_said_of_one_pair_of_the_reference_and_of_runs_that_did_not_train() -> None:
    made = verdicts([0.02])
    made.ended("adapted", 1, 0.6)
    made.ended("fixed", 1, None)
    assert [made.words(arm) for arm in ("adapted", "fixed", "nobody")] == ["", "", ""]


def test_it_is_taken_up_from_what_is_recorded() -> None:
    rows = [
        {
            "stage": "confirm",
            "status": "finished",
            "overall": True,
            "arm": arm,
            "seed": seed,
            "test_objective": value,
        }
        for seed in range(2)
        for arm, value in (("fixed", 0.5), ("adapted", 0.6 + 0.1 * seed))
    ]
    made = ProvisionalVerdicts(reference="fixed", confidence=0.95, margin=0.01)
    made.take_up([*rows, {**rows[1], "seed": 0, "overall": False, "test_objective": 0.0}])
    assert made.words("adapted").startswith("provisional, 2 pairs: +0.150 against fixed")


def test_progress_shows_it_in_the_arms_line(tmp_path: Path) -> None:
    study = DrivenByHand(tmp_path)
    study.progress._verdicts = verdicts([0.02, 0.03, 0.04])
    lines = study.progress._lines()
    study.die()
    assert lines[1].startswith("  adapted  0 done, 0 running; provisional, 3 pairs: +0.030 against fixed")
    assert lines[2] == "  fixed    0 done, 0 running"

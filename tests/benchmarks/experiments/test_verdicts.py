"""The simulated verdicts are those of the analysis' own functions, which take one study each."""

import numpy as np
import pytest

from analysis.findings.contrasts.judging import judge
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.looks import Looks
from analysis.statistics.paired import paired_t
from benchmarks.experiments.simulations.verdicts import (
    calibration_of_best,
    false_verdicts,
    seeds_until_decided,
)
from benchmarks.experiments.simulations.verdicts.simulated_ends import GAUSSIAN, KINDS, Kind, drawn
from benchmarks.experiments.simulations.verdicts.simulated_verdicts import (
    ALPHA,
    ARM,
    REFERENCE,
    SAME,
    UNDECIDED,
    Studies,
    at_fixed,
    until_decided,
)

CODES = {"arm": ARM, "reference": REFERENCE, "same": SAME, "undecided": UNDECIDED}
PLANNED = (3, 4, 8)


def verdicts_one_by_one(runs: np.ndarray, margin: float) -> tuple[list[int], int]:
    """Return one study's verdicts and runs, as a driver would come to them: runs of shape (1 + arms, seeds, images)."""
    arms = range(1, len(runs))
    last = dict.fromkeys(arms, 0)
    in_race = set(arms)
    for number in range(len(PLANNED)):
        last |= dict.fromkeys(in_race, number)
        looks = {arm: Looks(num_seeds=PLANNED[: last[arm] + 1], planned=PLANNED) for arm in arms}
        estimates = []
        for arm in arms:
            differences = (runs[arm].astype(float) - runs[0].astype(float))[: PLANNED[last[arm]]]
            confidence = 1 - looks[arm].level(ALPHA)
            if runs.shape[2] == 1:
                estimates.append(paired_t(differences[:, 0].tolist(), confidence=confidence))
            else:
                estimates.append(crossed_estimate(differences, confidence=confidence))
        judged = judge(estimates, alpha=ALPHA, margin=margin, looks=list(looks.values()))
        in_race -= {arm for arm in in_race if judged[arm - 1].verdict == "reference"}
        if all(judged[arm - 1].decided for arm in in_race):
            break
    num_runs = PLANNED[number] + sum(PLANNED[look] for look in last.values())
    return [CODES[each.verdict] for each in judged], num_runs


@pytest.mark.parametrize(
    ("kind", "margin"),
    [(GAUSSIAN, 2.0), pytest.param(KINDS[3], 0.25, marks=pytest.mark.slow)],
    ids=["seeds", "images"],
)
def test_sequential_verdicts_are_those_of_the_analysis(kind: Kind, margin: float):
    truths = (0.0, -margin, margin / 2)
    studies = Studies(kind=kind, truths=truths, margin=margin, num_studies=5, seed=3)
    ended = until_decided(studies, PLANNED)
    generator = np.random.default_rng([3, 3, kind.num_images])
    runs = np.concatenate(
        list(drawn(kind, np.array(truths), num_studies=5, num_seeds=PLANNED[-1], generator=generator))
    )
    expected = [verdicts_one_by_one(each, margin) for each in runs]
    assert [(list(v), n) for v, n in zip(ended.verdicts.tolist(), ended.num_runs.tolist(), strict=True)] == (
        expected
    )
    assert len({*ended.verdicts.ravel().tolist()}) >= 2  # several kinds of verdict were compared


def test_correctness_is_drawn_with_the_differences_that_are_named():
    generator = np.random.default_rng(0)
    kind = KINDS[3]
    parts = drawn(kind, np.array([0.1, -0.2]), num_studies=3000, num_seeds=2, generator=generator)
    shares = np.mean([part.mean(axis=(0, 2, 3)) for part in parts], axis=0)
    assert shares[1:] - shares[0] == pytest.approx([0.1, -0.2], abs=0.006)


def test_false_verdicts_keep_to_five_percent_in_small():
    studies = Studies(kind=GAUSSIAN, truths=(0.0, 1.0), margin=1.0, num_studies=800)
    for ended in (at_fixed(studies, 10), until_decided(studies, false_verdicts.PLANNED)):
        rates = false_verdicts.rates(ended, studies.truths)
        assert rates.better < 0.07
        assert rates.same < 0.07
    assert false_verdicts.rates(until_decided(studies, false_verdicts.PLANNED), studies.truths).decided > 0.9


def test_adding_seeds_takes_fewer_runs_than_a_fixed_number_of_the_same_power():
    studies = Studies(kind=GAUSSIAN, truths=(1.5,), margin=1.0, num_studies=300)
    ended = until_decided(studies, false_verdicts.PLANNED)
    power = float((ended.verdicts != UNDECIDED).all(axis=1).mean())
    fixed = seeds_until_decided.fixed_of_same_power(studies, power)
    assert fixed is not None
    assert ended.num_runs.mean() < 0.8 * 2 * fixed
    assert seeds_until_decided.share_decided(studies, fixed) >= power
    assert seeds_until_decided.share_decided(studies, fixed - 1) < power


@pytest.mark.slow
def test_what_is_said_of_the_best_of_arms_that_differ_by_a_standard_error_is_true():
    said = calibration_of_best.best_arms(GAUSSIAN, 3, 5, 1.0, num_studies=600)
    assert said.probability.mean() == pytest.approx(said.best.mean(), abs=0.05)
    assert said.said_loss.mean() == pytest.approx(said.true_loss.mean(), rel=0.25)
    sure = said.probability > 0.8
    assert said.best[sure].mean() > 0.75


def test_further_pairs_decide_most_questions_of_arms_that_differ():
    share, count = calibration_of_best.decided_after(5, 4.0, 1.0, num_studies=60)
    assert count > 10
    assert share > 0.75

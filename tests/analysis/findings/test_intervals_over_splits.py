"""A study confirmed on three splits, two seeds on each, whose differences are worked by hand."""

import json
from dataclasses import asdict, replace

import pytest
from scipy import stats

from analysis import compare, load_study
from analysis.loading.run_metadata import ConfirmedSplit
from analysis.report.html import write_report
from tests.support.synthetic_study import (
    Run,
    correct_images,
    default_metadata,
    spec_of,
    two_arm_runs,
    write_study,
)

SPLITS = tuple(
    ConfirmedSplit(data=f"k{number}", test_hash=f"h{number}", num_train=300, num_test=100)
    for number in (1, 2, 3)
)
GAINS = {1: (10, 14), 2: (2, 6), 3: (8, 8)}
"""Images that adapted gets right beyond fixed, by split and seed."""


def _runs() -> list[Run]:
    runs = [run for run in two_arm_runs() if run.stage == "search"]
    for number, gains in GAINS.items():
        for place, gain in enumerate(gains):
            for arm in ("adapted", "fixed"):
                seed = 2001 + 3 * place + number - 1
                right = 60 + number + (gain if arm == "adapted" else 0)
                runs.append(
                    Run(
                        arm=arm,
                        stage="confirm",
                        name=f"{arm}-confirm-{seed - 2000}",
                        seed=seed,
                        values=[0.5, 0.6, 0.7 + 0.01 * place + (0.05 if arm == "adapted" else 0)],
                        seconds_per_epoch=(1.0 if arm == "adapted" else 2.0) * (1 + 0.05 * number * place),
                        correct=correct_images(right, seed=seed),
                        config={"data": f"k{number}"},
                    )
                )
    return runs


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    spec = spec_of(_runs())
    spec["confirm"] = {"seeds": 2, "splits": 3}
    folder = tmp_path_factory.mktemp("splits") / "toy"
    metadata = replace(default_metadata(), splits=SPLITS)
    return load_study(write_study(folder, _runs(), spec=spec, metadata=metadata))


@pytest.fixture(scope="module")
def comparison(study):
    return compare(study)


def test_runs_know_their_split(study):
    confirmed = study.runs[study.runs["stage"] == "confirm"]
    assert confirmed.groupby("split").size().to_dict() == {1: 4, 2: 4, 3: 4}
    assert set(study.runs.loc[study.runs["stage"] == "search", "split"]) == {1}


def test_the_difference_is_over_the_splits_means(comparison):
    """Means 0.12, 0.04, 0.08: S = 0.04, a quarter is tested, df = 2."""
    finals = comparison.contrasts[0].finals
    assert finals.test_combined is None
    estimate = finals.headline
    assert estimate is not None
    assert estimate.mean == pytest.approx(0.08)
    half = stats.t.ppf(0.975, 2) * 0.04 * (1 / 3 + 1 / 3) ** 0.5
    assert (estimate.low, estimate.high) == pytest.approx((0.08 - half, 0.08 + half))
    assert (estimate.num_pairs, estimate.seeds_each, estimate.of_splits) == (3, (2, 2), True)


def test_the_ratio_of_times_is_over_splits_and_as_much_wider(study, comparison):
    one = comparison.contrasts[0].level
    alone = compare(replace(study, metadata=replace(study.metadata, splits=()))).contrasts[0].level
    assert one is not None
    assert alone is not None
    assert one.ratio is not None
    assert one.ratio.log.of_splits
    assert one.ratio.log.num_pairs == 3
    assert alone.ratio is not None
    assert alone.ratio.log.num_pairs == 6


def test_a_pair_that_is_lost_leaves_the_splits_weighing_alike(tmp_path):
    runs = [
        replace(run, status="diverged", correct=None) if run.name == "adapted-confirm-1" else run
        for run in _runs()
    ]
    folder = write_study(tmp_path / "toy", runs, metadata=replace(default_metadata(), splits=SPLITS))
    estimate = compare(load_study(folder)).contrasts[0].finals.headline
    assert estimate is not None
    # of the first split the second seed is left: 0.14, 0.04, 0.08
    assert estimate.mean == pytest.approx((0.14 + 0.04 + 0.08) / 3)
    assert estimate.seeds_each == (1, 2)


def test_report_and_terminal_say_splits_and_which_images_are_in_them(comparison, tmp_path, figures):
    figures("final_test", "speed_up")
    said = " ".join(comparison.answer)
    assert "3 splits, 2 seeds each" in said
    assert any("never tested" in sentence for sentence in comparison.conditions)
    files = write_report(comparison, tmp_path / "report")
    assert "never tested" in files.html.read_text()
    arms = comparison.arms.set_index("arm")
    assert arms.loc["fixed", "test_low"] < arms.loc["fixed", "test_mean"] < arms.loc["fixed", "test_high"]


def test_the_probability_of_the_best_arm_minds_the_overlap(comparison):
    """As of independent splits whose differences lie as much further apart as the interval is wider."""
    decision = comparison.decision
    assert decision is not None
    assert decision.num_units == 3
    assert not decision.per_images
    estimate = comparison.contrasts[0].finals.headline
    assert estimate is not None
    assert estimate.spread is not None
    chance = stats.t.cdf(0.08 / estimate.spread.standard_error, 1)  # of three units and two arms one is left
    assert decision.probability_best["adapted"] == pytest.approx(chance, abs=0.02)


def test_an_open_question_over_splits_names_no_further_seeds(comparison):
    assert comparison.contrasts[0].final_result.verdict == "undecided"
    assert comparison.contrasts[0].further is None


def test_metadata_of_splits_come_back_as_written(study, tmp_path):
    study.metadata.write(tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text())["splits"] == [asdict(each) for each in SPLITS]
    assert type(study.metadata).read(tmp_path / "run.json").splits == study.metadata.splits


def test_a_study_of_one_split_has_no_splits_in_its_table(tmp_path):
    one = load_study(write_study(tmp_path / "one", two_arm_runs()))
    assert set(one.runs["split"]) == {1}
    assert not one.metadata.splits

"""Arms that were searched several times: intervals over searches, what is compared, what the searches found."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import compare, load_study, write_report
from analysis.findings.searches import means_by_search
from analysis.loading.run_metadata import Winner
from analysis.report.in_full import full_text
from analysis.statistics.paired import paired_t
from analysis.statistics.time_to_target import leave_one_out_targets
from analysis.wording.configurations import compared_sentence, spread_sentences
from tests.support.synthetic_study import (
    Run,
    default_metadata,
    default_spec,
    run_rows,
    two_arm_runs,
    write_study,
)

GAINS = (0.02, 0.05, 0.11)
"""What each search's winner of `adapted` ends above that of `fixed`."""


def searched_often(repeats=3, num_seeds=2):
    """Return runs of independent searches; of a search's two seeds one is 0.01 above, one 0.01 below its gain."""
    runs = []
    for repeat in range(1, repeats + 1):
        for arm, gain in (("adapted", GAINS[repeat - 1]), ("fixed", 0.0)):
            for trial in range(2):
                lr = 0.01 * (trial + repeat)
                name = f"{arm}-r{repeat}-{trial:04d}"
                runs.append(
                    Run(arm=arm, stage="search", name=name, seed=50 * (repeat - 1), values=[0.5], lr=lr)
                )
            for seed in range(num_seeds):
                end = 0.7 + gain + (0.01 if seed % 2 else -0.01) * (arm == "adapted")
                right = round(100 * end)
                runs.append(
                    Run(
                        arm=arm,
                        stage="confirm",
                        name=f"{arm}-r{repeat}-confirm-{seed + 1}",
                        seed=2001 + 50 * (repeat - 1) + seed,
                        values=[0.5, end],
                        seconds_per_epoch=2.0**repeat if arm == "fixed" else 1.0,
                        correct=[1] * right + [0] * (100 - right),
                        lr=0.01 * (1 + repeat),
                    )
                )
    return runs


def often_study(folder, runs=None, repeats=3):
    spec = default_spec(["adapted", "fixed"])
    spec |= {"search": {"algorithm": "tpe", "seed": 0, "repeats": repeats}, "confirm": {"seeds": 2}}
    winners = {
        arm: tuple(
            Winner(run=f"{arm}-r{r}-0001", repeat=r, config={"architecture": "resnet18"})
            for r in range(1, repeats + 1)
        )
        for arm in ("adapted", "fixed")
    }
    write_study(
        folder,
        runs or searched_often(repeats),
        spec=spec,
        metadata=replace(default_metadata(), winners=winners),
    )
    records = pd.read_parquet(folder / "records.parquet")
    repeat = records["run"].str.extract(r"-r(\d+)-")[0].astype("int64")
    records.assign(repeat=repeat).to_parquet(folder / "records.parquet", index=False)
    return load_study(folder)


@pytest.fixture(scope="module")
def often(tmp_path_factory):
    return compare(often_study(tmp_path_factory.mktemp("often")))


def test_the_interval_is_over_the_searches_and_not_over_their_seeds(often):
    (contrast,) = often.contrasts
    assert len(contrast.pairing.pairs) == 6
    for estimate in (contrast.finals.val, contrast.finals.test):
        # 0.02, 0.05, 0.11: mean 0.06, sd 0.0458, t of 2 degrees of freedom 4.303
        half = 4.302653 * math.sqrt(0.0021) / math.sqrt(3)
        assert estimate.mean == pytest.approx(0.06)
        assert (estimate.low, estimate.high) == pytest.approx((0.06 - half, 0.06 + half), abs=1e-6)
        assert (estimate.num_pairs, estimate.seeds_each) == (3, (2, 2))
    combined = contrast.finals.test_combined
    assert combined.mean == pytest.approx(0.06)
    assert combined.high - combined.low >= 2 * half - 1e-6
    assert combined.num_pairs == 3
    assert contrast.final_result.verdict == "undecided"  # six pairs of seeds alone would have said "adapted"
    alone = paired_t([0.01, 0.03, 0.04, 0.06, 0.10, 0.12], confidence=0.95)
    assert alone.low > 0


def test_the_answer_says_that_methods_are_compared_and_by_how_many_searches(often):
    (answer,) = often.answer
    assert "Compared are the methods, by 3 independent searches of 3 trials of each arm" in answer
    assert "3 searches of each arm, 2 seeds each; searches and images, crossed" in answer
    assert " more searches of each arm would decide it with a chance of 8" in answer
    assert "pairs" not in answer.split("Compared")[0]
    assert any("the interval covers other searches" in condition for condition in often.conditions)
    text = " ".join(full_text(often).split())
    assert "the intervals cover other searches, other seeds and other images" in text
    assert "95% over searches" in text


def test_ratios_of_times_are_over_the_searches(often):
    """Each search's ratio of times: 2, 4 and 8, whatever its seeds; their logarithms have sd ln 2."""
    level = often.contrasts[0].level
    assert level.num_pairs == 6
    assert level.ratio.log.num_pairs == 3
    assert level.ratio.log.seeds_each == (2, 2)
    reached = level.times.groupby("arm_run")["arm_restricted"].first()
    assert len(reached) == 6
    grid = often.contrasts[0].grid[0]  # 0.6: every run reaches it with its second epoch
    assert grid.ratio.value == pytest.approx(4.0)
    half = 4.302653 * math.log(2) / math.sqrt(3)
    assert math.log(grid.ratio.high / grid.ratio.value) == pytest.approx(half, abs=1e-5)


def test_the_cost_of_a_search_is_the_mean_of_the_searches(often):
    # two trials of one epoch of a second in each of three searches
    assert often.contrasts[0].level.arm_search_seconds == pytest.approx(2.0)


def test_the_target_of_a_search_is_the_level_of_the_others():
    targets = leave_one_out_targets(np.array([0.5, 0.7, 0.8, 0.9]), np.array([1, 1, 2, 2]))
    assert targets == pytest.approx((0.85, 0.85, 0.6, 0.6))
    assert leave_one_out_targets(np.array([0.5, 0.7])) == pytest.approx((0.7, 0.5))


def test_what_the_searches_found_stands_beside_the_answer(often, tmp_path, figures):
    figures()
    found = often.found
    assert found["trial"].tolist() == [f"{arm}-r{r}-0001" for arm in ("adapted", "fixed") for r in (1, 2, 3)]
    assert found["settings"].tolist()[:3] == ["lr 0.02", "lr 0.03", "lr 0.04"]
    assert found["test_mean"].tolist()[:3] == pytest.approx([0.72, 0.75, 0.81])
    assert found["test_sd"].tolist()[0] == pytest.approx(0.01 * 2**0.5)
    adapted, fixed = spread_sentences(found)
    assert adapted == (
        "adapted: the winners of 3 searches reached 0.720 to 0.810 (standard deviation 0.046, "
        "beside 0.014 between seeds of one winner)"
    )
    assert fixed.startswith("fixed: the winners of 3 searches reached 0.700 to 0.700")
    files = write_report(often, tmp_path / "report")
    html = files.html.read_text()
    assert "Each arm was searched 3 times, independently" in html
    assert "adapted-r2-0001" in html
    assert pd.read_csv(tmp_path / "report" / "searches.csv")["repeat"].tolist() == [1, 2, 3, 1, 2, 3]


def test_a_search_of_which_one_arm_was_not_confirmed_is_left_out(tmp_path):
    runs = [run for run in searched_often() if not run.name.startswith("adapted-r3-confirm")]
    (contrast,) = compare(often_study(tmp_path, runs)).contrasts
    assert contrast.finals.headline.num_pairs == 2
    assert contrast.finals.headline.mean == pytest.approx(0.035)


def test_one_search_of_several_gives_no_interval(tmp_path):
    runs = [run for run in searched_often() if "-r1-" in run.name]
    comparison = compare(often_study(tmp_path, runs))
    assert "with one search of each, a difference of +0.020" in comparison.answer[0]
    assert "One search gives no interval" in comparison.answer[0]


def test_means_by_search():
    values = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 1.0]])
    assert means_by_search(values, [2, 2, 1]).tolist() == [[5.0, 1.0], [2.0, 0.0]]


def with_winners(runs, tmp_path, configs=None):
    """Write a study of one search whose winners are trials 2 of adapted and 1 of fixed."""
    configs = configs or {}
    winners = {
        arm: (Winner(run=f"{arm}-000{n}", config={"architecture": "resnet18"}),)
        for arm, n in (("adapted", 2), ("fixed", 1))
    }
    runs = [replace(run, config={**run.config, **configs.get(run.stage, {})}) for run in runs]
    return compare(
        load_study(write_study(tmp_path, runs, metadata=replace(default_metadata(), winners=winners)))
    )


def test_the_headline_names_the_two_configurations_and_says_that_they_are_not_the_methods(tmp_path, figures):
    figures()
    runs = [replace(run, lr=0.031234) if run.stage == "confirm" else run for run in two_arm_runs()]
    comparison = with_winners(runs, tmp_path)
    sentence = (
        "Compared are these two configurations, each found by one search, not the methods: "
        "adapted (lr 0.0312; trial adapted-0002) against fixed (lr 0.0312; trial fixed-0001)."
    )
    assert sentence in comparison.answer[0]
    assert sentence in " ".join(full_text(comparison).split())
    write_report(comparison, tmp_path)
    assert sentence in (tmp_path / "report.html").read_text()
    assert "searches.csv" not in [file.name for file in tmp_path.glob("*.csv")]


def test_a_multiple_of_the_range_tests_suggestion_is_named_with_the_rate_that_came_of_it(tmp_path):
    runs = []
    for index, run in enumerate(two_arm_runs()):
        times = {"lr_times": 0.5 + index if run.stage == "search" else 2.13456}
        runs.append(replace(run, lr=0.04, config={"lr": "auto", **times}))
    assert "adapted (lr 0.04, 2.13 times auto; trial adapted-0002)" in with_winners(runs, tmp_path).answer[0]


def test_without_the_winners_trials_the_settings_are_named_alone(tmp_path):
    comparison = compare(load_study(write_study(tmp_path, two_arm_runs())))
    assert compared_sentence(comparison.contrasts[0], comparison.data).endswith(
        "adapted (lr 0.01) against fixed (lr 0.01)."
    )


def test_records_of_before_load_as_of_the_only_search(tmp_path):
    folder = write_study(tmp_path, two_arm_runs())
    now = compare(load_study(folder))
    records = pd.read_parquet(folder / "records.parquet")
    records.drop(columns="repeat").to_parquet(folder / "records.parquet", index=False)
    then = compare(load_study(folder))
    assert then.answer == now.answer
    assert (then.data.runs["repeat"] == 1).all()
    row = run_rows(two_arm_runs()[0], study="toy")[0]
    assert json.dumps(row["repeat"]) == "1"


def test_means_and_their_difference_are_over_the_same_searches_where_one_has_lost_a_seed(tmp_path):
    runs = [run for run in searched_often(2, 3) if run.name != "adapted-r2-confirm-3"]
    comparison = compare(often_study(tmp_path, runs, repeats=2))
    finals = comparison.contrasts[0].finals
    # seeds 0.71, 0.73, 0.71 of the first search, 0.74, 0.76 of the second; a mean over runs would be 0.730
    first = (0.71 + 0.73 + 0.71) / 3
    assert finals.arm_mean == pytest.approx((first + 0.75) / 2)
    assert finals.arm_mean - finals.reference_mean == pytest.approx(finals.headline.mean)
    assert "0.733 against 0.700, a difference of +0.033" in comparison.answer[0]


def test_one_search_that_was_confirmed_is_not_two_for_the_time(tmp_path):
    runs = [run for run in searched_often(2, 2) if "r2-confirm" not in run.name]
    answer = compare(often_study(tmp_path, runs, repeats=2)).answer[0]
    assert "Time to fixed's level needs two searches with a finished fixed run that trained" in answer

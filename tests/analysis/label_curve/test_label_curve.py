"""The curve of synthetic studies at three sizes, whose levels are known."""

import json
from dataclasses import replace

import pytest

from analysis import load_study
from analysis.label_curve.curve import LabelCurve
from analysis.label_curve.page import plain, write_label_curve
from analysis.label_curve.sentences import answer, text
from analysis.label_curve.worth import worths
from tests.support.synthetic_study import correct_images, two_arm_runs, write_study

RIGHT = {10: 60, 20: 70, 40: 78}


def _runs(right):
    """Both arms get `right` of 100 images, `adapted` 10 more, with every seed; trial hours are 1 for each trial."""
    runs = []
    for run in two_arm_runs(4):
        if run.stage == "confirm":
            num = right + (10 if run.arm == "adapted" else 0) + run.seed % 2
            run = replace(run, correct=correct_images(num, seed=run.seed))
        else:
            run = replace(run, seconds_per_epoch=900.0)
        runs.append(run)
    return runs


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    folders = {size: write_study(folder / f"toy-{size}", _runs(right)) for size, right in RIGHT.items()}
    return {size: load_study(folder) for size, folder in folders.items()}


def test_levels_and_differences_are_the_runs_own_means(studies):
    curve = LabelCurve(name="toy", studies=studies)
    table = curve.table.set_index(["per_class", "arm"])
    for size, right in RIGHT.items():
        assert table.loc[(size, "fixed"), "test"] == pytest.approx((right + 0.5) / 100)
        assert table.loc[(size, "adapted"), "test"] == pytest.approx((right + 10.5) / 100)
        assert table.loc[(size, "adapted"), "difference"] == pytest.approx(0.1)
        assert table.loc[(size, "fixed"), "labels"] == 2 * size
        low, high = (table.loc[(size, "fixed"), f"test_{end}"] for end in ("low", "high"))
        assert low < (right + 0.5) / 100 < high


def test_a_step_is_the_gain_over_the_labels_that_it_took(studies):
    curve = LabelCurve(name="toy", studies=studies, label_price=0.5)
    steps = {(step.arm, step.start): step for step in curve.steps}
    step = steps["fixed", 20]
    assert (step.end, step.num_labels) == (40, 40)
    assert step.gain is not None
    assert step.gain.mean == pytest.approx(0.08)
    worth = {(each.arm, each.size): each for each in worths(curve)}["fixed", 20]
    assert worth.gain_per_label == pytest.approx(0.08 / 40)
    # 40 labels at 0.50 brought 8 points
    assert worth.point_by_labels == pytest.approx(40 * 0.5 / 8)


def test_the_gain_between_sizes_is_paired_by_image(studies):
    """Images that are hard at both sizes are in nobody's favour: the gain is known better than the levels."""
    curve = LabelCurve(name="toy", studies=studies)
    gain = next(step.gain for step in curve.steps if (step.arm, step.start) == ("fixed", 20))
    level = curve.levels[20, "fixed"].estimate
    assert gain is not None
    assert gain.high is not None
    assert gain.low is not None
    assert level is not None
    assert level.high is not None
    assert level.low is not None
    assert gain.high - gain.low < level.high - level.low


def test_the_second_half_of_a_search_is_priced_by_the_machines_hours(studies):
    curve = LabelCurve(name="toy", studies=studies)
    search = curve.searches[40, "fixed"]
    assert search is not None
    # 3 trials of an hour each, two at once: the first is one half, the others took an hour of the machine
    assert search.num_trials == 2
    assert search.hours == pytest.approx(1.0)
    # all trials of the synthetic search end at 0.65
    assert search.gain == pytest.approx(0.0)
    worth = next(each for each in worths(curve) if (each.arm, each.size) == ("fixed", 40))
    assert worth.gain_per_hour == pytest.approx(0.0)
    assert worth.point_by_search is None
    assert worth.extrapolated


def test_a_short_search_does_not_say_what_an_hour_brings(studies):
    short = {size: replace(data, runs=data.runs.assign(cost_seconds=10.0)) for size, data in studies.items()}
    search = LabelCurve(name="toy", studies=short).searches[40, "fixed"]
    assert search is not None
    assert search.per_hour is None


def test_sizes_with_another_ones_winners_have_no_search_of_their_own(studies):
    curve = LabelCurve(name="toy", studies=studies, winners_of=40)
    assert curve.searches[10, "fixed"] is None
    assert curve.searches[40, "fixed"] is not None


def test_the_next_doubling_is_called_extrapolated_everywhere(studies, tmp_path):
    curve = LabelCurve(name="toy", studies=studies, label_price=0.5)
    assert curve.doublings["fixed"] is not None
    assert "extrapolated" in answer(curve)[0]
    assert "extrapolated" in text(curve)
    assert plain(curve)["power_laws"]["fixed"]["extrapolated"] is True
    files = write_label_curve(curve, tmp_path)
    page = files.page.read_text()
    assert "extrapolated" in page
    assert "http" not in page
    assert len(json.loads(files.plain.read_text())["levels"]) == 6
    assert files.table.read_text().count("\n") == 7
    assert files.picture.stat().st_size > 10_000


def test_two_sizes_have_a_curve_without_a_doubling(studies):
    curve = LabelCurve(name="toy", studies={size: studies[size] for size in (10, 40)})
    assert curve.doublings["fixed"] is None
    assert "unknown" in answer(curve)[0]


def test_an_arm_of_which_no_run_trained_is_missing_and_not_zero(tmp_path, studies):
    lost = [
        replace(run, status="diverged", correct=None)
        if run.arm == "adapted" and run.stage == "confirm"
        else run
        for run in _runs(78)
    ]
    studies = {**studies, 40: load_study(write_study(tmp_path / "lost", lost))}
    curve = LabelCurve(name="toy", studies=studies)
    assert curve.levels[40, "adapted"].estimate is None
    assert curve.doublings["adapted"] is None
    assert "unknown" in text(curve)
    write_label_curve(curve, tmp_path)

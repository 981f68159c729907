"""What the first screen shows."""

from dataclasses import replace

import pytest
import yaml

from analysis.report import first_screen
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import default_metadata, two_arm_runs


@pytest.fixture(scope="module")
def two():
    return compared(two_arm_runs(5))


@pytest.fixture(scope="module")
def many():
    return compared(many_arm_runs(), spec=many_arm_spec(), metadata=many_arm_metadata())


def test_places_of_the_picture_follow_its_scale(two):
    picture = first_screen.picture(two)
    (row,) = picture.rows
    low, high = two.contrasts[0].final_result.interval
    # the scale goes from the margin, -0.01, to the interval's upper end, and 4 % of that beyond on both sides
    length = (high + 0.01) * 1.08
    begin = -0.01 - 0.04 * (high + 0.01)
    assert picture.zero == pytest.approx(100 * -begin / length, abs=0.01)
    assert picture.band == pytest.approx((100 * (-0.01 - begin) / length, 100 * 0.02 / length), abs=0.02)
    assert (row.low, row.high) == pytest.approx(
        (100 * (low - begin) / length, 100 * (high - begin) / length), abs=0.01
    )
    assert row.chosen
    assert row.numbers.startswith("+0.100 (")


def test_of_many_arms_a_few_are_shown_and_the_one_to_use_is_among_them(many):
    picture = first_screen.picture(many)
    assert len(picture.rows) == first_screen.SHOWN_OF_MORE
    assert len(picture.rows) + len(picture.folded) == 16
    assert any(row.chosen for row in picture.rows)
    last = picture.folded[-1].arm
    decision = replace(many.decision, arm=last)
    other = replace(many)
    other.__dict__["decision"] = decision
    shown = first_screen.picture(other).rows
    assert [row.arm for row in shown[:-1]] == [row.arm for row in picture.rows[:-1]]
    assert shown[-1].arm == last


def test_the_configuration_to_use_is_a_file_and_names_its_settings(two, tmp_path):
    winner = first_screen.winner(two, tmp_path)
    assert (winner.arm, winner.settings, winner.model) == (
        "adapted",
        (("network", "resnet18"), ("lr", "0.01")),
        None,
    )
    assert yaml.safe_load(winner.file)["arms"]["adapted"]["lr"] == 0.01
    model = tmp_path / "models" / "adapted"
    model.mkdir(parents=True)
    (model / "MLmodel").touch()
    assert first_screen.winner(two, tmp_path).model == "models/adapted"


def test_cost_is_wall_time_its_price_and_its_parts(two):
    cost = first_screen.cost(two)
    # 100 s at 3.60 an hour; 60 s of search, 40 s of confirmation; runs of adapted: 4 epochs of 0.5 to 0.54 s
    assert dict(cost.amounts) == {
        "wall time": "2 min",
        "price": "0.1000",
        "runs": "16",
        "one run of adapted": "2 s",
    }
    assert cost.parts == (("search", "60 s", pytest.approx(60)), ("confirmation", "40 s", pytest.approx(40)))
    unknown = replace(default_metadata(), wall_seconds=None, stage_seconds={})
    assert first_screen.cost(compared(two_arm_runs(2), metadata=unknown)) is None


@pytest.mark.parametrize(("metadata", "said"), [({}, "Decided"), ({"ended": None}, "Provisional")])
def test_how_far_the_study_has_come_is_said(metadata, said):
    comparison = compared(two_arm_runs(5), metadata=replace(default_metadata(), **metadata))
    assert first_screen.standing(comparison) == said


def test_without_a_confirmation_there_is_no_picture_and_nothing_to_use(tmp_path):
    comparison = compared([run for run in two_arm_runs(1) if run.stage == "search"])
    assert first_screen.standing(comparison) == "No verdict"
    assert first_screen.picture(comparison) is None
    assert first_screen.winner(comparison, tmp_path) is None

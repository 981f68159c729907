"""Importance, slices, steps of the ladder and what winners kept, on studies whose truth is known."""

import numpy as np
import pytest

from analysis.findings.searching.ladder import ladder_steps, ladder_table
from analysis.findings.searching.response_slices import slice_table
from analysis.tables.searching_tables import importance_cells
from tests.support.hand_made import confirm
from tests.support.loaded_studies import compared, loaded
from tests.support.studies import searched_study
from tests.support.synthetic_study import default_spec

RUNS = searched_study.runs()


@pytest.fixture(scope="module")
def comparison():
    return compared(RUNS, spec=searched_study.spec(), metadata=searched_study.metadata(RUNS))


def test_the_rate_that_alone_matters_has_the_greatest_share(comparison):
    shares = comparison.importances
    assert set(shares["arm"]) == {"adapted"}  # fixed searched one setting alone
    assert shares["setting"].iloc[0] == "lr"
    assert shares["share"].iloc[0] > 0.6
    assert shares["share"].sum() == pytest.approx(1.0)


def test_with_too_few_trials_shares_are_not_said():
    few = compared(searched_study.runs(8), spec=searched_study.spec(trials=8))
    assert few.importances.empty
    assert importance_cells(few).rows == (
        ("adapted", "not said of under 10 trials", "8", "\N{EN DASH}", "\N{EN DASH}"),
    )


def test_the_line_along_the_rate_is_highest_near_the_best_one(comparison):
    table = slice_table(comparison.response_lines)
    fixed = table[table["arm"] == "fixed"]
    best = fixed.loc[fixed["mean"].astype(float).idxmax()]
    assert best["across"] == "lr"
    assert np.log10(best["x"]) == pytest.approx(-1.5, abs=0.25)
    assert best["mean"] == pytest.approx(0.9, abs=0.01)


def test_planes_are_of_the_rate_and_each_other_setting_and_mark_what_no_trial_is_near(comparison):
    planes = comparison.response_planes
    assert [(each.across, each.along) for each in planes] == [("lr", "stem_to_head"), ("lr", "cycle_mult")]
    plane = planes[0]
    points = plane.outlook.search.trials.points[:, :2]
    far = [[abs(points - (x, y)).max(axis=1).min() for x in plane.x] for y in plane.y]
    assert plane.extrapolated[np.unravel_index(np.argmax(far), plane.mean.shape)]
    assert not plane.extrapolated.all()
    lowest, highest = points.min(axis=0), points.max(axis=0)
    outside = (plane.x[None, :] < lowest[0]) | (plane.y[:, None] > highest[1])
    assert plane.extrapolated[outside].all()


def test_winners_have_what_they_promised_beside_what_they_kept(comparison):
    row = comparison.winners_curse.set_index("arm").loc["fixed"]
    of_arm = [run for run in RUNS if run.arm == "fixed"]
    best = max((run for run in of_arm if run.stage == "search"), key=lambda run: run.values[-1])
    selected = [run.values[-1] for run in of_arm if run.stage == "selection" and run.config == best.config]
    confirmed = [run.values[-1] for run in of_arm if run.stage == "confirm"]
    assert row["trial"] == best.name
    assert row["search_value"] == pytest.approx(best.values[-1])
    assert (row["selection_mean"], row["num_selection"]) == (pytest.approx(np.mean(selected)), 2)
    assert (row["val_mean"], row["num_confirmed"]) == (pytest.approx(np.mean(confirmed)), 3)
    assert row["val_low"] < row["val_mean"] < row["val_high"]


def right(num):
    return [1] * num + [0] * (100 - num)


def climbed(*recipes, finals):
    """Return a study of arms called by their recipes, each confirmed on three seeds."""
    spec = default_spec(recipes)
    spec["compare"]["reference"] = recipes[0]
    runs = [
        confirm(recipe, seed, [final + 0.01 * seed], correct=right(round(100 * final) + seed))
        for recipe, final in zip(recipes, finals, strict=True)
        for seed in range(3)
    ]
    return loaded(runs, spec=spec)


def test_each_step_of_the_ladder_is_the_difference_of_neighbours():
    data = climbed("fixed_rate", "head_fixed", "head_cosine", finals=[0.50, 0.60, 0.58])
    steps = ladder_table(ladder_steps(data))
    assert steps["adds"].tolist() == ["head phase first", "one cosine"]
    assert steps["before"].tolist() == ["fixed_rate", "head_fixed"]
    assert steps["difference"].tolist() == pytest.approx([0.10, -0.02])
    assert steps[["before_mean", "arm_mean"]].to_numpy().ravel().tolist() == pytest.approx(
        [0.51, 0.61, 0.61, 0.59]
    )
    assert (steps["low"] < steps["difference"]).all()


def test_arms_that_are_no_neighbours_make_no_step():
    assert ladder_steps(climbed("fixed_rate", "head_cosine", finals=[0.5, 0.6])) == ()
    assert ladder_steps(climbed("fixed_rate", "cosine", finals=[0.5, 0.6])) == ()


def test_a_recipe_that_two_arms_have_is_no_rung():
    data = climbed("fixed_rate", "head_fixed", finals=[0.5, 0.6])
    spec = default_spec(["fixed_rate", "head_fixed"])
    spec["arms"]["again"] = {"recipe": "head_fixed"}
    spec["compare"]["reference"] = "fixed_rate"
    runs = [confirm(arm, seed, [0.5]) for arm in ("fixed_rate", "head_fixed", "again") for seed in range(3)]
    assert len(ladder_steps(data)) == 1
    assert ladder_steps(loaded(runs, spec=spec)) == ()

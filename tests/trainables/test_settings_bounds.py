"""Bounds of settings: said once, on the field, in words that follow from the numbers."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.errors import Problem, SettingError, refused, shown
from trainables.limits import Bounds
from trainables.plan.training import Training
from trainables.settings import bounds_of, build


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(least=1), "at least 1"),
        (Bounds(above=0), "above 0"),
        (Bounds(above=0, most=1), "above 0, up to 1"),
        (Bounds(above=0, below=1), "above 0, below 1"),
        (Bounds(least=0, below=1), "from 0, below 1"),
        (Bounds(least=0, most=1000), "from 0 to 1000"),
        (Bounds(above=0, below=math.inf), "above 0, finite"),
        (Bounds(), "a finite number"),
    ],
)
def test_bounds_say_what_they_allow(bounds, words):
    assert bounds.words == words


@given(st.floats(allow_nan=True) | st.integers())
def test_a_number_is_refused_exactly_where_it_lies_outside(value):
    bounds = Bounds(above=0, most=1)
    assert (bounds.allowed_instead(value) == "") == (0 < value <= 1)


def test_the_largest_numbers_are_refused_by_their_size():
    assert Bounds(least=1, limit=10_000).allowed_instead(10**400) == "at most 10000"
    assert Bounds().allowed_instead(-math.inf) == "at most 1000000000000"
    assert Bounds(least=1).allowed_instead("auto") == Bounds(least=1).allowed_instead(True) == ""


def test_bounds_are_read_from_optional_fields_too():
    assert bounds_of(Training)["clip_norm"] == Bounds(above=0)
    assert bounds_of(Training)["optimizer"] == Bounds()


def test_an_error_carries_field_value_and_what_is_allowed_for_every_problem():
    with pytest.raises(ValueError, match="config") as caught:
        build(Training, {"momentum": 1.0, "optimiser": "sgd", "dropout": "half"})
    assert isinstance(caught.value, SettingError)
    found = {(problem.field, problem.value) for problem in caught.value.problems}
    assert found == {("momentum", 1.0), ("optimiser", "sgd"), ("dropout", "half")}
    assert {p.field: p.allowed for p in caught.value.problems}["momentum"] == "from 0, below 1"
    assert str(caught.value).splitlines()[1:] == [
        "config.dropout: 'half' is not a number",
        "config: momentum is 1.0: from 0, below 1, is allowed",
    ]


def test_an_error_survives_pickling():
    error = refused("lr", -1, "above 0, or auto", but="it falls", because="as it must")
    assert str(error) == "lr is -1, but it falls: above 0, or auto, is allowed, as it must"
    again = pickle.loads(pickle.dumps(SettingError(error.problems, "config")))
    assert (str(again), again.problems) == (f"config: {error}", error.problems)


def test_a_problem_stands_behind_its_path():
    assert str(Problem(field="budget.trials", says="0 is not allowed")) == "budget.trials: 0 is not allowed"
    assert str(Problem(field="", says="the file is empty")) == "the file is empty"


def test_values_are_shown_as_a_study_file_has_them_and_cut_where_they_are_long():
    assert (shown(True), shown("a"), shown(1.0)) == ("true", "'a'", "1.0")
    assert len(shown("a" * 500)) == 120
    assert shown(10**5000) == "so large a number"

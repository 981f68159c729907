import re

import pytest

from study.ranges import Choice, Range, boundary_values, num_points
from study.spec.values import flatten, parse_value, to_plain


@pytest.mark.parametrize("raw", [1, 0.5, "auto", "stretch", True, None])
def test_constants_stand_for_themselves(raw):
    assert parse_value(raw) is raw


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"uniform": [0, 1]}, Range(kind="uniform", low=0.0, high=1.0)),
        ({"log_uniform": [1e-4, 1]}, Range(kind="log_uniform", low=1e-4, high=1.0)),
        ({"int": [1, 4]}, Range(kind="int", low=1, high=4)),
        ({"auto_times": [0.1, 10]}, Range(kind="auto_times", low=0.1, high=10.0)),
        ({"choice": [1, 1.5, "a", None]}, Choice(values=(1, 1.5, "a", None))),
    ],
)
def test_ranges_and_choices_are_parsed_and_written_back(raw, value):
    assert parse_value(raw) == value
    assert parse_value(value) is value
    assert to_plain(value) == raw


def test_continuous_ends_are_floats_and_whole_ends_stay_whole():
    uniform, whole = parse_value({"uniform": [0, 2]}), parse_value({"int": [0, 2]})
    assert [type(end) for end in (uniform.low, whole.low)] == [float, int]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"uniform": [1, 1]}, "{'uniform': [1, 1]} is an empty range; {uniform: [a, b]} with a below b"),
        ({"int": [3, 1]}, "{'int': [3, 1]} is an empty range; {int: [a, b]} with a below b"),
        (
            {"log_uniform": [0, 1]},
            "{'log_uniform': [0, 1]} is not allowed; {log_uniform: [a, b]} with both ends above 0",
        ),
        (
            {"auto_times": [-1, 1]},
            "{'auto_times': [-1, 1]} is not allowed; {auto_times: [a, b]} with both ends above 0",
        ),
        ({"int": [1, 2.5]}, "{'int': [1, 2.5]} is not allowed; {int: [a, b]}, each end a whole number"),
        ({"uniform": [1]}, "{'uniform': [1]} is not allowed; {uniform: [a, b]}, each end a finite number"),
        ({"uniform": [False, True]}, "each end a finite number"),
        ({"uniform": [0, float("inf")]}, "each end a finite number"),
        ({"uniform": [0, float("nan")]}, "each end a finite number"),
        ({"uniform": [0, 10**400]}, "each end a finite number"),
        ({"uniform": ["0", "1"]}, "each end a finite number"),
        ({"choice": []}, "{'choice': []} is not allowed; {choice: [...]} with at least one constant"),
        ({"choice": 3}, "{'choice': 3} is not allowed; {choice: [...]} with at least one constant"),
        ({"choice": [1, 2, 1.0]}, "{'choice': [1, 2, 1.0]} has a value twice"),
        ({"choice": [[1], [2]]}, "[1] is not allowed; a list of constants"),
        ({"normal": [0, 1]}, "{'normal': [0, 1]} is not allowed; a constant, auto, {choice: [...]}"),
        ({"uniform": [0, 1], "choice": [1]}, "is not allowed; a constant, auto"),
        ([0.1, 1], "[0.1, 1] is not allowed; a constant, auto"),
        (float("nan"), "nan is not allowed; a finite number"),
    ],
)
def test_what_is_outside_the_grammar_is_refused_with_value_and_what_is_allowed(raw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_value(raw)


def test_a_choice_between_one_and_true_has_two_values():
    assert parse_value({"choice": [1, True]}).values == (1, True)


def test_auto_times_becomes_auto_and_a_multiple():
    search = {"lr": Range(kind="auto_times", low=0.1, high=10.0), "cycle_len": 2}
    assert flatten(search) == {
        "lr": "auto",
        "lr_times": Range(kind="log_uniform", low=0.1, high=10.0),
        "cycle_len": 2,
    }


@pytest.mark.parametrize(
    ("raw", "ends", "points"),
    [
        ("auto", ("auto",), 1),
        ({"choice": [3, 1, 2]}, (3, 1, 2), 3),
        ({"int": [2, 5]}, (2, 5), 4),
        ({"uniform": [0, 1]}, (0.0, 1.0), None),
    ],
)
def test_corners_are_ends_and_choices_and_a_grid_counts_values(raw, ends, points):
    value = parse_value(raw)
    assert boundary_values(value) == ends
    assert num_points(value) == points

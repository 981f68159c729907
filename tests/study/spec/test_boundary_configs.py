from study.ranges import Choice, Range
from study.spec.checks.boundary_configs import MAX_COMBINATIONS, boundary_configs

ENDS = Range(kind="uniform", low=0.0, high=1.0)


def test_ends_and_choices_are_combined() -> None:
    values = {"a": ENDS, "b": Choice(values=("x", None)), "c": 7}
    assert list(boundary_configs(values)) == [
        {"a": 0.0, "b": "x", "c": 7},
        {"a": 0.0, "b": None, "c": 7},
        {"a": 1.0, "b": "x", "c": 7},
        {"a": 1.0, "b": None, "c": 7},
    ]


def test_of_too_many_combinations_those_come_in_which_two_leave_their_first() -> None:
    ends = {f"r{index}": ENDS for index in range(11)}  # 2,048 combinations
    found = [tuple(config.values()) for config in boundary_configs({**ends, "c": 7})]
    assert {sum(config[:-1]) for config in found} == {0.0, 1.0, 2.0}
    assert len(set(found)) == 1 + 11 + 55  # none, each one, each two
    assert {config[-1] for config in found} == {7}


def test_one_long_choice_is_gone_through() -> None:
    many = tuple(range(MAX_COMBINATIONS + 1))
    assert [config["a"] for config in boundary_configs({"a": Choice(values=many), "c": 7})] == list(many)

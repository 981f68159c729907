"""Every sample of every space builds its configuration, and nothing is searched that does nothing."""

import random

import pytest

from search_spaces import space, space_names
from trainables.config import parse_config

BASE = {"data": "x", "epochs": 15}


@pytest.mark.parametrize("name", space_names())
def test_every_sample_of_a_space_builds_its_plan(name: str) -> None:
    random.seed(0)
    for _ in range(200):
        sampled = {key: domain.sample() for key, domain in space(name).items()}
        _, phases = parse_config({**BASE, "recipe": name, **sampled})
        assert sum(phase.num_epochs for phase in phases) == 15
        assert all(phase.schedule.is_judged(phase.num_epochs) for phase in phases), (
            "a phase ends with a value"
        )


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in space_names() for key in space(name)])
def test_each_searched_value_changes_the_plan(name: str, key: str) -> None:
    domain = space(name)[key]
    low, high = (
        (domain.categories[0], domain.categories[-1])
        if hasattr(domain, "categories")
        else (domain.lower, domain.upper)
    )
    plans = [parse_config({**BASE, "recipe": name, key: value})[1] for value in (low, high)]
    assert plans[0] != plans[1]


def test_a_recipe_without_a_space_is_named() -> None:
    with pytest.raises(ValueError, match="'nothing' has no search space"):
        space("nothing")

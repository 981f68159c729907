"""The ready studies of recipes: every recipe is there, and every arm's search has the same effort."""

import itertools
from importlib import resources
from typing import Any

import pytest

from study.spec.yaml_text import parse_yaml
from trainables.config import parse_config
from trainables.recipes import recipe_names

RATES = {"log_uniform": [1e-3, 0.3]}
LADDER = ("fixed_rate", "head_fixed", "head_cosine", "head_restarts", "adaptation")


def shipped(name: str) -> Any:
    text = resources.files("studies").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return parse_yaml(text, where=name)


def test_every_recipe_is_an_arm_once() -> None:
    recipes = [arm["recipe"] for arm in shipped("recipes")["arms"].values()]
    assert tuple(sorted(recipes)) == recipe_names()


def test_the_ladders_arms_are_its_rungs_in_order_each_with_what_the_one_before_it_searches() -> None:
    arms = list(shipped("ladder")["arms"].values())
    assert tuple(arm["recipe"] for arm in arms) == LADDER
    for lower, upper in itertools.pairwise(arms):
        assert lower["search"].items() <= upper["search"].items()


@pytest.mark.parametrize("study", ["ladder", "recipes"])
def test_every_arm_searches_the_rate_over_the_same_range(study: str) -> None:
    assert all(arm["search"]["lr"] == RATES for arm in shipped(study)["arms"].values())


@pytest.mark.parametrize("study", ["ladder", "recipes"])
def test_every_corner_of_every_arm_is_a_plan_in_every_preset(study: str) -> None:
    spec = shipped(study)
    budgets = {spec["budget"]["epochs"]}
    budgets |= {preset.get("budget", {}).get("epochs", 0) for preset in spec["presets"].values()} - {0}
    for arm, epochs in itertools.product(spec["arms"].values(), budgets):
        constants = {key: value for key, value in arm.items() if key != "search"}
        ends = [next(iter(domain.values())) for domain in arm["search"].values()]
        for corner in itertools.product(*ends):
            searched = dict(zip(arm["search"], corner, strict=True))
            _, phases = parse_config({"data": "x", "epochs": epochs, **constants, **searched})
            assert sum(phase.num_epochs for phase in phases) == epochs

"""No setting is there for show: each changes the plan of its recipe."""

from dataclasses import fields

import pytest

from tests.support.plans import plan
from trainables.recipes import recipe, recipe_names

OTHER: dict[str, tuple[object, object]] = {
    "cached_epochs": (1, 2),
    "cycle_len": (1, 3),
    "cycle_mult": (1, 3),
    "drop_factor": (0.1, 0.5),
    "end_fraction": (0.0, 0.1),
    "floor_fraction": (0.0, 0.1),
    "follow": ("paper", "study"),
    "grouping": ("block", "stage"),
    "head_again": (False, True),
    "head_epochs": (1, 2),
    "head_lr": (0.1, 0.2),
    "head_lr_times": (1.0, 2.0),
    "last_cycle": ("stretch", "cut"),
    "layer_decay": (0.3, 0.5),
    "lr": (0.1, 0.2),
    "lr_times": (1.0, 2.0),
    "num_steps": (1, 2),
    "patience": (1, 2),
    "peak_decay": (0.5, 1.0),
    "power": (1, 2),
    "restart_factor": (0.1, 0.5),
    "restarts": (1, 2),
    "rise_fraction": (0.1, 0.3),
    "section_ratio": (3, 10),
    "small_epochs": (1, 2),
    "small_scale": (0.5, 0.75),
    "start_fraction": (0.1, 0.3),
    "stem_to_head": (0.1, 0.5),
    "target": (0.5, 0.9),
    "unfreeze_epochs": (1, 2),
    "warm_up": ("linear", "cosine"),
    "warm_up_epochs": (0, 1),
}
"""Two values of every setting."""

WITH = {
    "lr_times": {"lr": "auto"},
    "head_lr_times": {"head_lr": "auto"},
    "warm_up": {"warm_up_epochs": 1},
}
"""What a setting takes to matter."""


@pytest.mark.parametrize(
    ("name", "key"), [(name, f.name) for name in recipe_names() for f in fields(recipe(name).Settings)]
)
def test_each_setting_changes_the_plan(name: str, key: str) -> None:
    one, other = (plan(recipe=name, epochs=17, **{**WITH.get(key, {}), key: value}) for value in OTHER[key])
    assert one != other

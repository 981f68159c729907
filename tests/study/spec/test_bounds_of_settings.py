"""A study file and a flat configuration refuse the same values of every setting, because both read one declaration."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.spec.checks.across_sections import problems_between_keys
from study.spec.parsing import parse
from study.spec.training import TrainingSpec
from trainables.config import parse_config
from trainables.errors import SettingError
from trainables.limits import MAX_NUMBER
from trainables.recipes import recipe, recipe_names
from trainables.settings import hints_of

EPOCHS = 12
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(
        (16, 64, EPOCHS, 999, 1_000, 1_001, 1_024, 1_025, 9_999, 10_001, 65_537, MAX_NUMBER, MAX_NUMBER + 1)
    ),
    st.sampled_from((0.5, 0.1, 1.0, 1.5, 2.0, 1e-9, -0.5, 0.999)),
)
OTHERS = st.sampled_from((True, False, None, "auto", "none", "adam", "linear", "no such word"))

SECTION_OF_KEY: dict[str, tuple[str, ...]] = {
    "width": ("model",),
    "epochs": ("budget",),
    "checkpoint_seconds": ("resources",),
    "objective": ("compare",),
    "image_size": ("data", "target"),
    "fit": ("data", "target"),
    **dict.fromkeys(TrainingSpec.model_fields, ("training",)),
}


def study(place: tuple[str, ...], value: Any, *, recipe_name: str = "fixed_rate") -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": "s",
        "data": {"target": {"torchvision": "CIFAR10"}},
        "arms": {"a": {"recipe": recipe_name, "search": {}}},
        "compare": {"reference": "a"},
        "budget": {"epochs": EPOCHS},
        "resources": {"gpus": 1},
    }
    inner = content
    for part in place[:-1]:
        inner = inner.setdefault(part, {})
    inner[place[-1]] = value
    return content


def study_refuses(place: tuple[str, ...], value: Any, **more: Any) -> bool:
    content = study(place, value, **more)
    parsed = parse(content)
    return bool([*parsed.problems, *problems_between_keys(content, parsed)])


def configuration_refuses(key: str, value: Any, *, recipe_name: str = "fixed_rate") -> bool:
    config = {"recipe": recipe_name, "data": "x", "epochs": EPOCHS, "device": "cuda", key: value}
    try:
        parse_config(config)
    except SettingError:
        return True
    return False


@pytest.mark.parametrize("key", sorted(SECTION_OF_KEY))
@settings(max_examples=25)
@given(value=NUMBERS | OTHERS)
def test_a_setting_of_every_run_is_refused_on_both_sides_or_on_none(key: str, value: Any) -> None:
    if key == "objective" and value == "auto":
        return  # a study's own word: resolved before a run is made
    place = (*SECTION_OF_KEY[key], key)
    assert study_refuses(place, value) == configuration_refuses(key, value), (key, value)


@pytest.mark.parametrize("name", recipe_names())
@settings(max_examples=8)
@given(data=st.data())
def test_a_setting_of_a_recipe_is_refused_on_both_sides_or_on_none(name: str, data: st.DataObject) -> None:
    hints = hints_of(recipe(name).Settings)
    for key, hint in hints.items():
        words = [
            word for option in (hint, *get_args(hint)) for word in get_args(option) if isinstance(word, str)
        ]
        value = data.draw(NUMBERS | OTHERS | st.sampled_from(words or ["linear"]))
        refused = study_refuses(("arms", "a", key), value, recipe_name=name)
        assert refused == configuration_refuses(key, value, recipe_name=name), (key, value)

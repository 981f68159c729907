import re
from dataclasses import fields
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plans import plan
from trainables.config import COMMON_KEYS
from trainables.plan.training import Training
from trainables.recipes import recipe, recipe_names

LEAST_EPOCHS = {
    "adaptation": 2,
    "chain_thaw": 4,
    "cosine": 1,
    "fastai": 3,
    "feature_extraction": 1,
    "fixed_rate": 1,
    "from_scratch": 1,
    "gradual_unfreezing": 4,
    "head_cosine": 2,
    "head_fixed": 2,
    "head_restarts": 2,
    "layerwise": 1,
    "one_cycle": 1,
    "plateau": 1,
    "polynomial": 1,
    "progressive_resizing": 2,
    "step": 1,
    "two_stage": 2,
}
"""Smallest budget of the defaults, by hand; a new recipe's stands in its own test."""

ALL = [pytest.param(recipe(name), id=name) for name in recipe_names()]


def is_enough(name: str, epochs: int) -> bool:
    try:
        return bool(plan(recipe=name, epochs=epochs))
    except ValueError:
        return False


def least_epochs(name: str) -> int:
    return next(epochs for epochs in range(1, 16) if is_enough(name, epochs))


@pytest.mark.parametrize("name", LEAST_EPOCHS)
def test_the_smallest_budget(name: str) -> None:
    assert least_epochs(name) == LEAST_EPOCHS[name]


@pytest.mark.parametrize("name", recipe_names())
@given(st.data())
def test_the_phases_fill_any_budget_from_the_smallest_up(name: str, data: st.DataObject) -> None:
    epochs = data.draw(st.integers(min_value=least_epochs(name), max_value=200))
    phases = plan(recipe=name, epochs=epochs)
    assert sum(phase.num_epochs for phase in phases) == epochs
    assert min(phase.num_epochs for phase in phases) >= 1
    assert len({phase.name for phase in phases}) == len(phases)


@pytest.mark.parametrize("name", [name for name in recipe_names() if least_epochs(name) > 1])
def test_a_smaller_budget_is_refused(name: str) -> None:
    too_few = least_epochs(name) - 1
    with pytest.raises(ValueError, match=rf"\b{too_few} epochs|epochs is {too_few}: "):
        plan(recipe=name, epochs=too_few)


@pytest.mark.parametrize("module", ALL)
def test_judged_epochs_end_with_their_phase(module: ModuleType) -> None:
    for phase in module.phases(module.Settings(), epochs=15, training=Training()):
        assert phase.schedule.is_judged(phase.num_epochs)
        assert phase.schedule.cycle_ends[-1:] in ((), (phase.num_epochs,))


@pytest.mark.parametrize("module", ALL)
def test_the_source_is_named(module: ModuleType) -> None:
    assert re.search(r"\n    Source: .*(\(\d{4}\)|thesis)", module.phases.__doc__ or "")


@pytest.mark.parametrize("module", ALL)
def test_no_setting_has_the_name_of_a_key_of_every_run(module: ModuleType) -> None:
    """It would be taken for both."""
    assert COMMON_KEYS.isdisjoint(field.name for field in fields(module.Settings))


@pytest.mark.parametrize("module", ALL)
def test_training_reaches_every_phase(module: ModuleType) -> None:
    training = Training(weight_decay=0.125, augment="flip")
    for phase in module.phases(module.Settings(), epochs=15, training=training):
        assert (phase.training.weight_decay, phase.training.augment) == (0.125, "flip")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"recipe": "adaptation", "head_epochs": 15}, "head_epochs is 15, but the budget is 15 epochs"),
        ({"recipe": "adaptation", "head_epochs": -1}, "head_epochs is -1: at least 0"),
        ({"recipe": "adaptation", "stem_to_head": 0.0}, "stem_to_head is 0.0"),
        ({"recipe": "adaptation", "cycle_mult": 0.5}, "cycle_mult is 0.5"),
        ({"recipe": "adaptation", "head_lr": 0.0}, "head_lr is 0.0"),
        ({"recipe": "fixed_rate", "lr": -1.0}, "lr is -1.0"),
        ({"recipe": "fixed_rate", "warm_up_epochs": -1}, "warm_up_epochs is -1: at least 0"),
        ({"recipe": "fixed_rate", "lr": "fast"}, "config.lr: 'fast' is not a number or one of 'auto'"),
        ({"recipe": "fixed_rate", "rate": 1}, "unknown keys rate"),
        ({"recipe": "nothing"}, f"recipe is 'nothing': one of {', '.join(recipe_names())}"),
        ({"recipe": "cosine", "epochs": 0}, "epochs is 0: at least 1"),
        ({"recipe": "cosine", "batch_size": 1}, "batch_size is 1: at least 2"),
        ({"recipe": "cosine", "momentum": 1}, "momentum is 1: from 0, below 1"),
        ({"recipe": "cosine", "seed": True}, "config.seed: true is not a whole number"),
    ],
)
def test_what_cannot_be_run_is_refused(config: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        plan(**config)

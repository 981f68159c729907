import re

import pytest

from trainables.config import parse_config
from trainables.phases import AutoRate, LayerRates, Phase
from trainables.recipes import recipe, recipe_names
from trainables.schedules import Constant, Cosine


def plan(**config: object) -> tuple[Phase, ...]:
    return parse_config({"data": "x", "epochs": 15, **config})[1]


def test_every_module_is_a_recipe() -> None:
    assert recipe_names() == ("adaptation", "cosine", "fixed_rate")
    for name in recipe_names():
        phases = recipe(name).phases(recipe(name).Settings(), epochs=7)
        assert sum(phase.num_epochs for phase in phases) == 7


def test_fixed_rate_is_one_phase_at_one_rate() -> None:
    assert plan(recipe="fixed_rate", lr=0.03) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Constant()),
    )


def test_cosine_is_one_cycle_over_the_budget() -> None:
    assert plan(recipe="cosine", lr=0.03) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Cosine(cycle_ends=(15,))),
    )


def test_adaptation_is_the_head_on_activations_then_all_layers() -> None:
    head, body = plan(
        recipe="adaptation", lr=0.03, head_lr=0.1, head_epochs=1, stem_to_head=0.01, cycle_mult=2
    )
    assert head == Phase(
        name="head",
        num_epochs=1,
        lr=0.1,
        schedule=Cosine(cycle_ends=(1,)),
        first_group=-1,
        on="activations",
    )
    # 14 epochs: 1, 3, 7, 15 scaled by 14/15 and rounded
    assert body == Phase(
        name="all",
        num_epochs=14,
        lr=0.03,
        schedule=Cosine(cycle_ends=(1, 3, 7, 14)),
        layers=LayerRates(grouping="block", stem_to_head=0.01),
    )


def test_adaptation_without_a_head_phase_has_one_phase() -> None:
    assert [phase.name for phase in plan(recipe="adaptation", head_epochs=0)] == ["all"]


def test_layer_decay_stands_instead_of_the_ratio() -> None:
    assert plan(recipe="adaptation", layer_decay=0.3)[1].layers == LayerRates(layer_decay=0.3)
    with pytest.raises(ValueError, match=r"layer_decay is 0\.3 and stem_to_head 0\.5: set one"):
        plan(recipe="adaptation", layer_decay=0.3, stem_to_head=0.5)


def test_auto_rates_carry_their_multiple() -> None:
    assert plan(recipe="fixed_rate", lr="auto", lr_times=0.5)[0].lr == AutoRate(times=0.5)
    with pytest.raises(ValueError, match="it multiplies lr auto only"):
        plan(recipe="fixed_rate", lr=0.1, lr_times=0.5)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"recipe": "adaptation", "head_epochs": 15}, "head_epochs is 15, but the budget is 15 epochs"),
        ({"recipe": "adaptation", "stem_to_head": 0.0}, "stem_to_head is 0.0"),
        ({"recipe": "adaptation", "cycle_mult": 0.5}, "cycle_mult is 0.5"),
        ({"recipe": "fixed_rate", "lr": -1.0}, "lr is -1.0"),
        ({"recipe": "fixed_rate", "lr": "fast"}, "config.lr: 'fast' is not a number or one of 'auto'"),
        ({"recipe": "fixed_rate", "rate": 1}, "unknown keys rate"),
        ({"recipe": "nothing"}, "recipe is 'nothing': one of adaptation, cosine, fixed_rate"),
        ({"recipe": "cosine", "epochs": 0}, "epochs is 0: 1 or more"),
        ({"recipe": "cosine", "batch_size": 1}, "batch_size is 1: 2 or more"),
        ({"recipe": "cosine", "momentum": 1}, "momentum is 1.0"),
        ({"recipe": "cosine", "seed": True}, "config.seed: True is not a whole number"),
    ],
)
def test_what_cannot_be_run_is_refused(config: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        plan(**config)

import pytest

from tests.support.plans import plan
from trainables.plan.phases import LayerRates, Phase
from trainables.schedules import OneCycle


def unfrozen(name: str, first_group: int, num_epochs: int) -> Phase:
    return Phase(
        name=name,
        num_epochs=num_epochs,
        lr=0.03,
        schedule=OneCycle(
            num_epochs=num_epochs, rise_fraction=0.1, start_fraction=1 / 32, end_fraction=1 / 32
        ),
        layers=LayerRates(grouping="stage", layer_decay=1 / 2.6),
        first_group=first_group,
    )


def test_every_phase_has_one_group_more_and_the_last_one_all() -> None:
    # 10 epochs: three unfreezings of 2 epochs leave 4
    assert plan(recipe="gradual_unfreezing", lr=0.03, unfreeze_epochs=2, epochs=10) == (
        unfrozen("last_1", -1, 2),
        unfrozen("last_2", -2, 2),
        unfrozen("last_3", -3, 2),
        unfrozen("all", 0, 4),
    )


def test_the_number_of_unfreezings_can_be_set() -> None:
    phases = plan(recipe="gradual_unfreezing", num_steps=1)
    assert [(p.name, p.first_group, p.num_epochs) for p in phases] == [("last_1", -1, 1), ("all", 0, 14)]


def test_a_budget_without_an_epoch_for_all_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="epochs is 6: 7 or more is allowed, as num_steps is 3 and unfreeze"):
        plan(recipe="gradual_unfreezing", unfreeze_epochs=2, epochs=6)

import pytest

from tests.support.plans import plan
from trainables.optim.optimizer import group_rates
from trainables.plan.phases import LayerRates, Phase
from trainables.schedules import Cosine


def test_two_stage_is_the_head_in_cycles_then_three_sections_ten_times_apart() -> None:
    head, body = plan(recipe="two_stage", head_epochs=2, head_lr=0.1)
    assert head == Phase(
        name="head",
        num_epochs=2,
        lr=0.1,
        schedule=Cosine(cycle_ends=(1, 2)),
        first_group=-1,
        on="activations",
    )
    # 13 epochs: 1, 3, 7, 15 scaled by 13/15 (0.87, 2.6, 6.07, 13) and rounded
    assert body == Phase(
        name="all",
        num_epochs=13,
        lr=0.01,
        schedule=Cosine(cycle_ends=(1, 3, 6, 13)),
        layers=LayerRates(grouping="section", layer_decay=0.1),
    )
    assert group_rates(3, lr=0.01, layer_decay=0.1) == pytest.approx((1e-4, 1e-3, 1e-2))


def test_sections_of_a_source_unlike_the_target_are_three_times_apart() -> None:
    layers = plan(recipe="two_stage", section_ratio=3)[1].layers
    assert group_rates(3, lr=0.09, layer_decay=layers.layer_decay) == pytest.approx((0.01, 0.03, 0.09))


@pytest.mark.parametrize(("key", "value"), [("head_epochs", 0), ("section_ratio", 0.5)])
def test_two_stages_need_a_head_and_rates_that_fall(key: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{key} is {value}: at least 1 is allowed"):
        plan(recipe="two_stage", **{key: value})

import pytest

from tests.support.plans import plan
from trainables.plan.phases import LayerRates, Phase
from trainables.schedules import Cosine, WarmUp


def test_layerwise_is_one_phase_with_a_ratio_from_block_to_block() -> None:
    assert plan(recipe="layerwise", lr=5e-3, layer_decay=0.75) == (
        Phase(
            name="all",
            num_epochs=15,
            lr=5e-3,
            schedule=Cosine(cycle_ends=(1, 3, 7, 15)),
            layers=LayerRates(grouping="block", layer_decay=0.75),
        ),
    )


def test_its_warm_up_is_a_reversed_cosine() -> None:
    (phase,) = plan(recipe="layerwise", warm_up_epochs=1, epochs=8)
    assert phase.num_epochs == 8
    assert phase.schedule == WarmUp(num_epochs=1, shape="cosine", then=Cosine(cycle_ends=(1, 3, 7)))


@pytest.mark.parametrize("ratio", [0.0, 1.5])
def test_rates_that_rise_towards_the_stem_are_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match=f"layer_decay is {ratio}: above 0, up to 1"):
        plan(recipe="layerwise", layer_decay=ratio)

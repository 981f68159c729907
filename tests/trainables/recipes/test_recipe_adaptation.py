import pytest

from tests.support.plans import plan
from trainables.plan.phases import LayerRates, Phase
from trainables.schedules import Cosine


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
    assert plan(recipe="adaptation")[1].layers == LayerRates(stem_to_head=0.1)
    assert plan(recipe="adaptation", layer_decay=0.3)[1].layers == LayerRates(layer_decay=0.3)
    with pytest.raises(
        ValueError, match=r"layer_decay is 0\.3, but stem_to_head is 0\.5: one of them is allowed"
    ):
        plan(recipe="adaptation", layer_decay=0.3, stem_to_head=0.5)


def test_dropped_cycles_leave_the_budget_unspent() -> None:
    # 14 epochs hold cycles that end at 1, 3, 7; the next one would end at 15
    head, body = plan(recipe="adaptation", last_cycle="drop", warm_up_epochs=0)
    assert head.num_epochs + body.num_epochs == 1 + 7
    # a warm-up of 3 leaves 11 of the 14, which hold the same cycles
    assert plan(recipe="adaptation", last_cycle="drop", warm_up_epochs=3)[1].num_epochs == 3 + 7


def test_peaks_may_decay_from_cycle_to_cycle() -> None:
    assert plan(recipe="adaptation", peak_decay=0.5)[1].schedule == Cosine(
        cycle_ends=(1, 3, 7, 14), peak_decay=0.5
    )

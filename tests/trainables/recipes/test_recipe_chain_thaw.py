import pytest

from tests.support.plans import plan
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import LayerRates, Phase
from trainables.schedules import Constant


def thawed(name: str, first: int, last: int, num_epochs: int, lr: float) -> Phase:
    return Phase(
        name=name,
        num_epochs=num_epochs,
        lr=lr,
        schedule=Constant(),
        layers=LayerRates(grouping="section"),
        first_group=first,
        last_group=last,
        early_stopping=EarlyStopping(patience=5),
    )


def test_the_new_head_then_each_section_alone_then_all() -> None:
    # 15 epochs: 3 for each of four phases, 3 left over for the last
    assert plan(recipe="chain_thaw", lr=0.003, head_lr=0.03) == (
        thawed("new", -1, -1, 3, 0.03),
        thawed("early", 0, 0, 3, 0.003),
        thawed("late", 1, 1, 3, 0.003),
        thawed("all", 0, -1, 6, 0.003),
    )


def test_the_head_may_have_a_second_phase_before_all_layers() -> None:
    phases = plan(recipe="chain_thaw", head_again=True, lr=0.003)
    assert [(p.name, p.num_epochs) for p in phases] == [
        ("new", 3),
        ("early", 3),
        ("late", 3),
        ("head", 3),
        ("all", 3),
    ]
    assert phases[3] == thawed("head", -1, -1, 3, 0.003)


def test_every_phase_needs_an_epoch() -> None:
    assert len(plan(recipe="chain_thaw", epochs=4)) == 4
    with pytest.raises(ValueError, match="epochs is 4: 5 or more is allowed, one for each phase"):
        plan(recipe="chain_thaw", epochs=4, head_again=True)

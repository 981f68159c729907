import pytest

from tests.support.plans import plan
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import AutoRate, LayerRates, Phase
from trainables.schedules import Constant, Cosine


def test_the_eight_steps_are_three_phases() -> None:
    # 20 epochs: 2 on activations, 3 on images, and 15 in cycles of 1, 2, 4, 8
    assert plan(recipe="fastai", epochs=20) == (
        Phase(
            name="cached",
            num_epochs=2,
            lr=AutoRate(),
            schedule=Constant(),
            first_group=-1,
            on="activations",
        ),
        Phase(
            name="head",
            num_epochs=3,
            lr=AutoRate(tested_in="cached"),
            schedule=Cosine(cycle_ends=(1, 2, 3)),
            first_group=-1,
        ),
        Phase(
            name="all",
            num_epochs=15,
            lr=AutoRate(),
            schedule=Cosine(cycle_ends=(1, 3, 7, 15)),
            layers=LayerRates(grouping="section", layer_decay=0.1),
            early_stopping=EarlyStopping(patience=1),
        ),
    )


@pytest.mark.parametrize(
    ("epochs", "lengths"),
    [(3, [1, 1, 1]), (9, [1, 1, 7]), (10, [1, 2, 7]), (15, [1, 3, 11]), (60, [2, 3, 55])],
)
def test_small_budgets_shorten_the_heads_phases(epochs: int, lengths: list[int]) -> None:
    assert [phase.num_epochs for phase in plan(recipe="fastai", epochs=epochs)] == lengths


def test_lengths_that_are_set_are_taken_or_refused() -> None:
    phases = plan(recipe="fastai", epochs=6, cached_epochs=2, head_epochs=3)
    assert [phase.num_epochs for phase in phases] == [2, 3, 1]
    with pytest.raises(
        ValueError, match="epochs is 5: 6 or more is allowed, as cached_epochs is 2 and head_ep"
    ):
        plan(recipe="fastai", epochs=5, cached_epochs=2, head_epochs=3)
    with pytest.raises(ValueError, match="head_epochs is 0: at least 1"):
        plan(recipe="fastai", head_epochs=0)


def test_rates_may_be_given_instead_of_found() -> None:
    phases = plan(recipe="fastai", lr=0.02, head_lr=0.1)
    assert [phase.lr for phase in phases] == [0.1, 0.1, 0.02]

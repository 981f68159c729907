import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.schedules import Cosine, WarmUp


def test_cosine_is_one_cycle_over_the_budget() -> None:
    assert plan(recipe="cosine", lr=0.03) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Cosine(cycle_ends=(15,))),
    )


def test_the_cosine_takes_what_a_warm_up_leaves() -> None:
    (phase,) = plan(recipe="cosine", warm_up_epochs=3, warm_up="cosine")
    assert phase.num_epochs == 15
    assert phase.schedule == WarmUp(num_epochs=3, shape="cosine", then=Cosine(cycle_ends=(12,)))


def test_a_warm_up_as_long_as_its_phase_is_refused() -> None:
    assert plan(recipe="cosine", warm_up_epochs=14)[0].num_epochs == 15
    with pytest.raises(ValueError, match="warm_up_epochs is 15, but its phase has 15 epochs: at most 14"):
        plan(recipe="cosine", warm_up_epochs=15)

import pytest

from tests.support.plans import plan
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import AutoRate, Phase
from trainables.schedules import Constant, WarmUp


def test_fixed_rate_is_one_phase_at_one_rate() -> None:
    assert plan(recipe="fixed_rate", lr=0.03) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Constant()),
    )


def test_a_fixed_rate_may_warm_up_and_end_early() -> None:
    (phase,) = plan(recipe="fixed_rate", warm_up_epochs=2, target=0.9, patience=4)
    assert phase.num_epochs == 15, "the warm-up counts in the budget"
    assert phase.schedule == WarmUp(num_epochs=2, shape="linear", then=Constant())
    assert phase.early_stopping == EarlyStopping(target=0.9, patience=4)


def test_auto_rates_carry_their_multiple() -> None:
    assert plan(recipe="fixed_rate", lr="auto", lr_times=0.5)[0].lr == AutoRate(times=0.5)
    with pytest.raises(ValueError, match="it multiplies lr auto only"):
        plan(recipe="fixed_rate", lr=0.1, lr_times=0.5)

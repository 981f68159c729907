import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.schedules import Polynomial, WarmUp


def test_polynomial_is_one_fall_over_the_budget() -> None:
    assert plan(recipe="polynomial", lr=0.03, power=0.9) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Polynomial(num_epochs=15, power=0.9)),
    )


def test_a_line_falls_by_the_same_every_step_after_its_warm_up() -> None:
    (phase,) = plan(recipe="polynomial", warm_up_epochs=5)
    assert phase.schedule == WarmUp(num_epochs=5, shape="linear", then=Polynomial(num_epochs=10))
    rates = [phase.schedule.factor(step, steps_per_epoch=1) for step in range(5, 15)]
    assert rates == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def test_a_power_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"power is 0\.0: above 0"):
        plan(recipe="polynomial", power=0.0)

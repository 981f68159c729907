import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.schedules import Steps, WarmUp


def test_step_is_the_papers_baseline() -> None:
    assert plan(recipe="step", epochs=120) == (
        Phase(
            name="all",
            num_epochs=120,
            lr=0.1,
            schedule=Steps(at=(30, 60, 90), drop_factor=0.1),
            training=Training(optimizer="nag", reference_batch=256),
        ),
    )


def test_it_can_follow_the_study_in_optimizer_and_scale() -> None:
    (phase,) = plan(recipe="step", follow="study", optimizer="adam")
    assert phase.training == Training(optimizer="adam")


def test_drops_scale_with_the_budget_after_the_warm_up() -> None:
    # a quarter, a half and three quarters of 12 epochs
    assert plan(recipe="step", epochs=12)[0].schedule == Steps(at=(3, 6, 9))
    (phase,) = plan(recipe="step", epochs=14, warm_up_epochs=2)
    assert phase.num_epochs == 14
    assert phase.schedule == WarmUp(num_epochs=2, shape="linear", then=Steps(at=(3, 6, 9)))


def test_a_drop_upwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"drop_factor is 2\.0"):
        plan(recipe="step", drop_factor=2.0)

import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.schedules import OneCycle


def test_one_cycle_is_one_phase_up_and_down() -> None:
    assert plan(recipe="one_cycle", lr=0.3, rise_fraction=0.25) == (
        Phase(
            name="all",
            num_epochs=15,
            lr=0.3,
            schedule=OneCycle(
                num_epochs=15, rise_fraction=0.25, start_fraction=1 / 25, end_fraction=1 / 250_000
            ),
        ),
    )


def test_a_rise_over_the_whole_run_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rise_fraction is 1\.0"):
        plan(recipe="one_cycle", rise_fraction=1.0)

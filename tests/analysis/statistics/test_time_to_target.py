import math

import numpy as np
import pytest

from analysis.statistics.time_to_target import (
    Outcome,
    leave_one_out_targets,
    longest_end,
    most_epochs,
    outcome,
    restricted_seconds,
)

SECONDS = [10.0, 20.0, 30.0, 40.0]


def seconds_to_target(values: list[float], seconds: list[float], *, target: float) -> float | None:
    way = outcome(
        np.array(values), np.array(seconds), end_seconds=60.0, num_epochs=len(values), finished=True
    )
    reached = way.reached_seconds(np.array([target])).item()
    return None if math.isnan(reached) else reached


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.8, 0.9, 0.7], 20.0),  # holds at the next, whatever comes later
        ([0.8, 0.7, 0.8, 0.8], 30.0),  # the first peak does not hold
        ([0.5, 0.6, 0.7, 0.8], 40.0),  # the last one counts
        ([0.8, 0.7, 0.8, 0.7], None),  # never two in a row
        ([0.5, 0.6, 0.7, 0.79], None),
    ],
)
def test_reached_is_the_first_evaluation_that_holds_at_the_next_or_is_the_last(values, expected):
    assert seconds_to_target(values, SECONDS, target=0.8) == expected


def test_a_mean_of_equal_values_does_not_miss_itself_by_rounding():
    target = leave_one_out_targets(np.array([0.7, 0.1, 0.1, 0.1]))[0]
    assert seconds_to_target([0.1], [5.0], target=target) == 5.0


def test_no_evaluation_reaches_nothing():
    assert seconds_to_target([], [], target=0.8) is None


def test_the_target_leaves_the_pairs_own_reference_run_out():
    assert leave_one_out_targets(np.array([0.6, 0.7, 0.8])) == pytest.approx([0.75, 0.7, 0.65])


def test_reference_runs_that_did_not_finish_set_no_target_but_keep_one():
    assert leave_one_out_targets(np.array([0.6, math.nan, 0.8])) == pytest.approx([0.8, 0.7, 0.6])


def test_a_single_pair_has_no_target():
    assert np.isnan(leave_one_out_targets(np.array([0.6]))).all()
    assert leave_one_out_targets(np.array([math.nan, 0.6])) == pytest.approx([0.6, math.nan], nan_ok=True)


def reached(seconds: float, end: float) -> Outcome:
    return Outcome(
        held=np.array([0.9]), seconds=np.array([seconds]), end_seconds=end, num_epochs=4, finished=True
    )


def censored(end: float, *, num_epochs: int = 4) -> Outcome:
    return Outcome(
        held=np.array([0.1]), seconds=np.array([end]), end_seconds=end, num_epochs=num_epochs, finished=True
    )


def diverged(end: float) -> Outcome:
    return Outcome(held=np.array([]), seconds=np.array([]), end_seconds=end, num_epochs=0, finished=False)


TARGET = np.array([0.8])


def test_a_run_that_did_not_reach_counts_with_its_own_end_and_one_that_diverged_in_full() -> None:
    outcomes = [reached(48, 60), censored(45), diverged(5), reached(10, 30)]
    longest = longest_end(outcomes)
    assert longest == 60
    num_epochs = most_epochs(outcomes)
    assert num_epochs == 4
    restricted = [
        restricted_seconds(o, TARGET, longest=longest, num_epochs=num_epochs).item() for o in outcomes
    ]
    assert restricted == [48, 45, 60, 10]


def test_a_run_that_gave_up_early_counts_with_all_epochs_at_its_own_pace() -> None:
    assert restricted_seconds(censored(15, num_epochs=3), TARGET, longest=60, num_epochs=12) == 60
    assert restricted_seconds(censored(15, num_epochs=3), TARGET, longest=60, num_epochs=3) == 15

"""Early stopping and restarts from the best state, as validation decides them."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainables.plan.early_stopping import EarlyStopping, StopDecision

VALUES = st.lists(st.floats(0, 1), max_size=30)


def test_without_rules_a_phase_runs_to_its_end() -> None:
    assert EarlyStopping().decide([]) == StopDecision(action="go_on", lr_multiplier=1.0, best=None)
    assert EarlyStopping().decide([0.5, 0.9, 0.1]) == StopDecision(action="go_on", best=1)
    assert not EarlyStopping().keeps_best


def test_a_phase_ends_once_its_target_is_met() -> None:
    early_stopping = EarlyStopping(target=0.8)
    assert early_stopping.decide([0.5, 0.79]).action == "go_on"
    assert early_stopping.decide([0.5, 0.8]).action == "stop"


def test_it_overfits_after_so_many_values_that_are_no_better() -> None:
    early_stopping = EarlyStopping(patience=2)
    assert early_stopping.decide([0.5, 0.7, 0.7]).action == "go_on", "equal is no better, but it is only one"
    assert early_stopping.decide([0.5, 0.7, 0.7, 0.6]) == StopDecision(action="stop", best=1)
    assert early_stopping.decide([0.5, 0.7, 0.6, 0.8, 0.7]).action == "go_on", (
        "a better value starts the count anew"
    )


def test_restarts_come_before_the_end_and_slow_the_rate() -> None:
    early_stopping = EarlyStopping(patience=1, restarts=2, restart_factor=0.1)
    restarted = early_stopping.decide([0.5, 0.4])
    assert restarted == StopDecision(action="restart", lr_multiplier=pytest.approx(0.1), best=0)
    better = early_stopping.decide([0.5, 0.4, 0.6])
    assert better == StopDecision(action="go_on", lr_multiplier=pytest.approx(0.1), best=2)
    assert early_stopping.decide([0.5, 0.4, 0.6, 0.6]).lr_multiplier == pytest.approx(0.01)
    assert early_stopping.decide([0.5, 0.4, 0.6, 0.6, 0.6]).action == "stop"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"patience": 0}, "patience is 0: at least 1"),
        ({"restarts": -1}, "restarts is -1"),
        ({"restarts": 1}, "there is no patience"),
        ({"patience": 1, "restart_factor": 1.0}, r"restart_factor is 1\.0"),
    ],
)
def test_rules_that_make_no_sense_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EarlyStopping(**values)  # type: ignore[arg-type]


@given(values=VALUES, patience=st.integers(1, 4))
def test_rates_fall_as_torch_reduces_them_on_a_plateau(values: list[float], patience: int) -> None:
    """PyTorch reduces after more than its patience, and looks for a maximum with a threshold of 0 here."""
    early_stopping = EarlyStopping(patience=patience, restarts=100, restart_factor=0.5)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode="max", factor=0.5, patience=patience - 1, threshold=0.0, threshold_mode="abs", eps=0.0
    )
    for index, value in enumerate(values):
        theirs.step(value)
        assert early_stopping.decide(values[: index + 1]).lr_multiplier == pytest.approx(
            optimizer.param_groups[0]["lr"]
        )


@given(values=VALUES, patience=st.integers(1, 4), restarts=st.integers(0, 3))
def test_what_was_decided_stays_decided(values: list[float], patience: int, restarts: int) -> None:
    early_stopping = EarlyStopping(patience=patience, restarts=restarts)
    decisions = [early_stopping.decide(values[: n + 1]) for n in range(len(values))]
    for earlier, later in pairwise(decisions):
        assert earlier.lr_multiplier >= later.lr_multiplier >= early_stopping.restart_factor**restarts
        assert earlier.action != "stop" or later == earlier

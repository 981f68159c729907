"""What validation decides in a phase."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainables.plan.early_stopping import Verdict, Watch

VALUES = st.lists(st.floats(0, 1), max_size=30)


def test_without_rules_a_phase_runs_to_its_end() -> None:
    assert Watch().verdict([0.5, 0.9, 0.1]) == Verdict(
        ended=False, num_restarts=0, restarts_now=False, best=1
    )
    assert not Watch().keeps_best


def test_a_phase_ends_once_its_target_is_met() -> None:
    watch = Watch(target=0.8)
    assert not watch.verdict([0.5, 0.79]).ended
    assert watch.verdict([0.5, 0.8]).ended


def test_it_overfits_after_so_many_values_that_are_no_better() -> None:
    watch = Watch(patience=2)
    assert not watch.verdict([0.5, 0.7, 0.7]).ended, "equal is no better, but it is only one"
    assert watch.verdict([0.5, 0.7, 0.7, 0.6]) == Verdict(
        ended=True, num_restarts=0, restarts_now=False, best=1
    )
    assert not watch.verdict([0.5, 0.7, 0.6, 0.8, 0.7]).ended, "a better value starts the count anew"


def test_restarts_come_before_the_end_and_slow_the_rate() -> None:
    watch = Watch(patience=1, restarts=2, restart_factor=0.1)
    assert watch.verdict([0.5, 0.4]) == Verdict(ended=False, num_restarts=1, restarts_now=True, best=0)
    assert watch.slowed([0.5, 0.4]) == pytest.approx(0.1)
    assert watch.verdict([0.5, 0.4, 0.6]) == Verdict(ended=False, num_restarts=1, restarts_now=False, best=2)
    assert watch.slowed([0.5, 0.4, 0.6, 0.6]) == pytest.approx(0.01)
    assert watch.verdict([0.5, 0.4, 0.6, 0.6, 0.6]).ended
    assert watch.undecided([0.5, 0.4]) == Verdict(ended=False, num_restarts=1, restarts_now=False, best=0)


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
        Watch(**values)  # type: ignore[arg-type]


@given(values=VALUES, patience=st.integers(1, 4))
def test_rates_fall_as_torch_reduces_them_on_a_plateau(values: list[float], patience: int) -> None:
    """PyTorch reduces after more than its patience, and looks for a maximum with a threshold of 0 here."""
    watch = Watch(patience=patience, restarts=100, restart_factor=0.5)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode="max", factor=0.5, patience=patience - 1, threshold=0.0, threshold_mode="abs", eps=0.0
    )
    for index, value in enumerate(values):
        theirs.step(value)
        assert watch.slowed(values[: index + 1]) == pytest.approx(optimizer.param_groups[0]["lr"])


@given(values=VALUES, patience=st.integers(1, 4), restarts=st.integers(0, 3))
def test_what_was_decided_stays_decided(values: list[float], patience: int, restarts: int) -> None:
    watch = Watch(patience=patience, restarts=restarts)
    verdicts = [watch.verdict(values[: n + 1]) for n in range(len(values))]
    for earlier, later in pairwise(verdicts):
        assert earlier.num_restarts <= later.num_restarts <= restarts
        assert not earlier.ended or later == earlier

"""A phase ends with its budget, at a target, or when it overfits, and then with its best state."""

from typing import Any

import pytest
import torch

from trainables import train
from trainables.data import PreparedData
from trainables.loop.fit import Fit
from trainables.run import start


def config_of(digits: PreparedData, **more: Any) -> dict[str, Any]:
    common = {"recipe": "fixed_rate", "lr": 0.05, "data": digits.key, "epochs": 12, "augment": "crop"}
    return {**common, "width": 4, "device": "cpu", "seed": 3, **more}


def states_of(fit: Fit) -> tuple[list[Any], list[dict[str, torch.Tensor]]]:
    records, states = [], []
    for record in fit:
        records.append(record)
        states.append({name: value.clone() for name, value in fit.task.network.state_dict().items()})
    return records, states


def test_a_target_ends_the_run_with_the_epoch_that_meets_it(digits: PreparedData) -> None:
    whole = [record.val_objective or 0.0 for record in train(config_of(digits))]
    target = max(whole[:8])
    first = next(at for at, value in enumerate(whole) if value >= target)
    found = list(train(config_of(digits, target=target)))
    assert [record.val_objective for record in found] == whole[: first + 1]
    assert [record.status for record in found] == ["running"] * first + ["finished"]


def test_an_overfitting_run_ends_with_its_best_state_as_its_final_value(digits: PreparedData) -> None:
    """The rate is so high that values go up and down; the best of them is what the run ends with."""
    fit = start(config_of(digits, lr=0.5, patience=2, measure_test=True))
    records, states = states_of(fit)
    values = [record.val_objective for record in records[:-1]]
    last = records[-1]
    assert last.status == "finished"
    assert len(records) < 12
    best = max(range(len(values)), key=lambda at: values[at])
    assert last.restored_epoch == best + 1 == len(records) - 2
    assert last.objective == last.val_objective == values[best]
    assert last.val_loss == records[best].val_loss
    assert all(torch.equal(states[-1][name], states[best][name]) for name in states[best])


def test_the_test_split_sees_the_restored_network(digits: PreparedData) -> None:
    *_, overfitted = train(config_of(digits, lr=0.5, patience=2, measure_test=True))
    assert overfitted.restored_epoch is not None
    *_, stopped = train(config_of(digits, lr=0.5, epochs=overfitted.restored_epoch, measure_test=True))
    assert overfitted.test_predictions == stopped.test_predictions


def test_a_restart_goes_on_from_the_best_state_at_a_lower_rate(digits: PreparedData) -> None:
    fit = start(config_of(digits, recipe="plateau", lr=0.5, patience=1, restarts=1, restart_factor=0.1))
    records, states = states_of(fit)
    rates = [record.rates["head"] for record in records]
    dropped = rates.index(pytest.approx(0.05))
    assert rates[:dropped] == [0.5] * dropped
    assert rates[dropped:] == pytest.approx([0.05] * (len(rates) - dropped))
    restart = records[dropped - 1]
    assert restart.restored_epoch is not None
    best = states[restart.restored_epoch - 1]
    assert all(torch.equal(states[dropped - 1][name], best[name]) for name in best)


def test_the_budget_ends_a_phase_at_the_latest_with_its_best_state(digits: PreparedData) -> None:
    records = list(train(config_of(digits, lr=0.5, epochs=5, patience=5)))
    assert len(records) == 5
    assert records[-1].status == "finished"
    assert records[-1].objective == max(record.val_objective or 0.0 for record in records)


def test_no_epoch_of_a_warm_up_counts_for_patience(digits: PreparedData) -> None:
    """At such a rate nothing gets better: the first judged epoch is the best, and the next one the last."""
    found = list(train(config_of(digits, lr=1e-12, warm_up_epochs=3, patience=1)))
    assert [record.judged for record in found] == [False] * 3 + [True] * 2
    assert found[-1].status == "finished"


def test_networks_after_the_best_state_are_not_in_the_ensemble(digits: PreparedData) -> None:
    """Cycles of one epoch at a high rate; those after the best epoch were gone back from."""
    more: dict[str, Any] = {"recipe": "adaptation", "head_epochs": 0, "cycle_mult": 1, "stem_to_head": 1.0}
    fit = start(config_of(digits, **more, lr=0.5, patience=2, snapshots=9))
    *_, last = fit
    assert last.restored_epoch == last.epoch - 2
    assert [kept["epoch"] for kept in fit.state_dict()["snapshots"]] == list(
        range(1, last.restored_epoch + 1)
    )


def test_a_phase_that_ends_early_hands_over_to_the_next(digits: PreparedData) -> None:
    found = list(train(config_of(digits, recipe="chain_thaw", lr=0.05, patience=None, target=0.01)))
    assert [record.phase for record in found] == ["new", "early", "late", "all"]
    assert found[-1].status == "finished"

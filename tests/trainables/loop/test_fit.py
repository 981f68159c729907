"""The training loop: repeatable, resumable, fair between arms, blind to the test split."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

import trainables.inputs.inputs
import trainables.loop.fit
from trainables import EpochRecord, train
from trainables.data import PreparedData
from trainables.run import start

CLOCK = ("images_per_second",)

RECIPES: dict[str, dict[str, Any]] = {
    "fixed_rate": {"recipe": "fixed_rate", "lr": 0.02},
    "cosine": {"recipe": "cosine", "lr": 0.05},
    "adaptation": {"recipe": "adaptation", "lr": 0.05, "head_lr": 0.1, "head_epochs": 2, "cycle_mult": 1.5},
    "auto": {"recipe": "adaptation", "lr": "auto", "head_lr": "auto", "range_test_repeats": 1},
}


def config_of(digits: PreparedData, name: str, **more: Any) -> dict[str, Any]:
    common = {"data": digits.key, "epochs": 5, "width": 4, "num_threads": 1, "seed": 3, "device": "cpu"}
    return {**common, **RECIPES[name], **more}


def without_clock(record: EpochRecord) -> dict[str, Any]:
    return {k: v for k, v in asdict(record).items() if not k.endswith("_seconds") and k not in CLOCK}


def run(config: dict[str, Any]) -> list[dict[str, Any]]:
    return [without_clock(record) for record in train(config)]


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", RECIPES)
def test_the_same_run_again_is_bitwise_the_same(digits: PreparedData, name: str) -> None:
    config = config_of(digits, name)
    first = run(config)
    torch.rand(17)
    assert run(config) == first
    assert first[-1]["status"] == "finished"
    assert len(first) == 5


def test_a_fresh_process_gives_bitwise_the_same_run(digits: PreparedData) -> None:
    config = config_of(digits, "adaptation", measure_test=True)
    code = (
        "import json, sys; from trainables import train; from dataclasses import asdict\n"
        f"for r in train({config!r}): print(repr((r.train_loss, r.val_loss, r.test_loss)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    here = [repr((r.train_loss, r.val_loss, r.test_loss)) for r in train(config)]
    assert printed.split("\n")[:-1] == here


def test_a_state_of_another_run_is_refused(digits: PreparedData) -> None:
    state = start(config_of(digits, "cosine")).state_dict()
    with pytest.raises(ValueError, match="another plan, data set, seed"):
        start(config_of(digits, "cosine", seed=4)).load_state_dict(state)


def test_another_seed_is_another_run(digits: PreparedData) -> None:
    assert run(config_of(digits, "cosine", seed=4)) != run(config_of(digits, "cosine"))


def test_a_range_test_leaves_the_run_as_it_would_have_been(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rates that it suggests, set by hand, give bitwise the same run.

    Weights, buffers, optimizer, batches in their order and the random state; for the head and after unfreezing.
    """
    auto, seen, random_state = whole_run(config_of(digits, "auto", seed=77), monkeypatch)
    head_lr, lr = (record.suggested_lr for record, _ in auto if record.suggested_lr is not None)
    config = config_of(digits, "auto", seed=77, lr=lr, head_lr=head_lr)
    by_hand, seen_by_hand, random_state_by_hand = whole_run(config, monkeypatch)
    for (ours, our_state), (theirs, their_state) in zip(auto, by_hand, strict=True):
        assert (ours.train_loss, ours.val_loss) == (theirs.train_loss, theirs.val_loss)
        assert equal(our_state["network"], their_state["network"])
        assert equal(our_state["optimizer"], their_state["optimizer"])
    # The tests' own batches came before those of their phase, of which every epoch has as many.
    for ours, theirs in zip(seen[-len(seen_by_hand) :], seen_by_hand, strict=True):
        assert torch.equal(ours, theirs)
    assert torch.equal(random_state, random_state_by_hand)
    assert sum(r.range_test_seconds for r, _ in auto) > 0
    assert sum(r.range_test_seconds for r, _ in by_hand) == 0


def whole_run(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[list[tuple[EpochRecord, dict[str, Any]]], list[torch.Tensor], torch.Tensor]:
    """Return a run's records and states, the images of its last phase's batches, and the random state after it."""
    seen: list[torch.Tensor] = []
    real = trainables.inputs.inputs.ImageInputs.batch

    def spy(self: Any, index: torch.Tensor, *, training: bool) -> torch.Tensor:
        batch = real(self, index, training=training)
        if training:
            seen.append(batch)
        return batch

    torch.manual_seed(5)
    with monkeypatch.context() as patch:
        patch.setattr(trainables.inputs.inputs.ImageInputs, "batch", spy)
        fit = start(config)
        found = [(record, fit.state_dict()) for record in fit]
    return found, seen, torch.random.get_rng_state()


def equal(one: Any, other: Any) -> bool:
    """Return whether nested states are bitwise the same."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def test_a_phase_may_take_the_rate_that_an_earlier_one_was_tested_for(digits: PreparedData) -> None:
    """Twice its suggestion here; there is one test of the head, before it has learned anything."""
    config = config_of(digits, "auto", recipe="fastai", head_lr_times=2.0, lr=0.05, seed=79)
    found = list(train(config))
    first = {record.phase: record for record in reversed(found)}
    assert first["cached"].suggested_lr is not None
    assert first["head"].suggested_lr is None
    assert first["head"].rates["head"] == first["cached"].rates["head"] == 2 * first["cached"].suggested_lr
    assert sum(record.range_test_seconds > 0 for record in found) == 1


def test_arms_see_the_same_images_and_the_same_start(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixel by pixel, crops and flips included: what differs between arms is the rate alone."""
    seen: dict[str, list[list[torch.Tensor]]] = {}
    real = trainables.inputs.inputs.ImageInputs.batch

    def spy(self: Any, index: torch.Tensor, *, training: bool) -> torch.Tensor:
        batch = real(self, index, training=training)
        if training:
            seen[name][-1].append(batch.clone())
        return batch

    monkeypatch.setattr(trainables.inputs.inputs.ImageInputs, "batch", spy)
    starts = {}
    for name in ("fixed_rate", "cosine", "adaptation"):
        fit = start(config_of(digits, name))
        starts[name] = {k: v.clone() for k, v in fit.task.network.state_dict().items()}
        seen[name] = []
        while not fit.ended:
            seen[name].append([])
            fit.run_epoch()
    assert seen["adaptation"][:2] == [[], []], "its first two epochs train the head on activations"
    for name, first in (("cosine", 0), ("adaptation", 2)):
        for ours, theirs in zip(seen[name][first:], seen["fixed_rate"][first:], strict=True):
            assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
        assert all(torch.equal(v, starts["fixed_rate"][k]) for k, v in starts[name].items())


def test_weights_of_a_run_that_diverged_are_not_kept(digits: PreparedData, tmp_path: Path) -> None:
    for lr, kept in ((1e9, False), (0.01, True)):
        file = tmp_path / f"{lr}.pt"
        list(train(config_of(digits, "fixed_rate", epochs=1, lr=lr, save_weights=str(file))))
        assert file.exists() is kept


def test_a_run_whose_network_does_not_fit_ends_without_an_epoch(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainables.run.build_network", lambda *args, **kwargs: torch.empty(2**50))
    found = list(train(config_of(digits, "cosine")))
    assert [r.status for r in found] == ["out_of_memory"]
    assert found[0].num_steps == 0


def test_search_runs_without_the_test_split_and_confirmation_needs_it(
    digits: PreparedData, tmp_path: Any
) -> None:
    """A search that ever opened the test split would fail here, because its files are gone."""
    import shutil

    cache = tmp_path / "cache"
    shutil.copytree(digits.path, cache / "data" / digits.key)
    for file in (cache / "data" / digits.key).glob("test.*"):
        file.unlink()
    searched = list(train(config_of(digits, "adaptation", cache=str(cache))))
    assert searched[-1].status == "finished"
    assert searched[-1].test_accuracy is None
    with pytest.raises(ValueError, match="test"):
        list(train(config_of(digits, "adaptation", cache=str(cache), measure_test=True)))


def test_only_the_last_epoch_measures_the_test_split(digits: PreparedData) -> None:
    found = list(train(config_of(digits, "cosine", measure_test=True)))
    assert [r.test_accuracy is not None for r in found] == [False] * 4 + [True]
    last, labels = found[-1], digits.split("test").labels.tolist()
    assert last.test_predictions is not None
    right = sum(p == y for p, y in zip(last.test_predictions, labels, strict=True))
    assert last.test_accuracy == right / len(labels)


def test_in_the_head_phase_only_the_head_changes(digits: PreparedData) -> None:
    fit = start(config_of(digits, "adaptation"))
    before = {k: v.clone() for k, v in fit.task.network.state_dict().items()}
    fit.run_epoch()
    fit.run_epoch()
    after = fit.task.network.state_dict()
    changed = {k for k, v in after.items() if not torch.equal(v, before[k])}
    assert changed == {k for k in after if k.startswith("head.")}
    fit.run_epoch()
    everything = {k for k, v in fit.task.network.named_parameters() if not torch.equal(v, before[k])}
    assert everything == dict(fit.task.network.named_parameters()).keys()


def test_records_follow_the_plan(digits: PreparedData) -> None:
    found = list(train(config_of(digits, "adaptation")))
    assert [r.phase for r in found] == ["head", "head", "all", "all", "all"]
    # head: one cosine of 2 epochs; all: 3 epochs in cycles of 1 and 1.5, stretched to 1 + 2
    assert [r.cycle for r in found] == [0, 0, 0, 1, 1]
    assert [r.cycle_ended for r in found] == [False, True, True, False, True]
    assert found[3].objective == found[2].val_objective
    assert found[4].objective == found[4].val_objective
    assert [r.body_passes for r in found] == [200, 0, 200, 200, 200]
    assert list(found[0].rates)[-1] == "head"
    assert set(list(found[0].rates.values())[:-1]) == {0.0}
    assert found[2].rates["stem"] == pytest.approx(0.005)
    assert found[2].rates["head"] == 0.05
    costs = [r.range_test_seconds + r.features_seconds + r.training_seconds + r.shared_seconds for r in found]
    assert [r.cost_seconds for r in found] == pytest.approx([sum(costs[: i + 1]) for i in range(5)])


def test_a_diverged_run_ends_as_such(digits: PreparedData) -> None:
    found = list(train(config_of(digits, "fixed_rate", lr=1e9)))
    assert found[-1].status == "diverged"
    assert found[-1].val_accuracy is None
    assert not found[-1].judged
    assert len(found) < 5


def test_running_out_of_memory_ends_the_run_and_not_the_process(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = trainables.loop.fit.train_epoch, []

    def no_memory_in_the_third_epoch(running: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            torch.empty(2**50)
        return real(running, **kwargs)

    monkeypatch.setattr(trainables.loop.fit, "train_epoch", no_memory_in_the_third_epoch)
    found = list(train(config_of(digits, "cosine")))
    assert [r.status for r in found] == ["running", "running", "out_of_memory"]
    assert found[-1].epoch == 3
    assert found[-1].val_accuracy is None


def test_an_error_that_is_not_memory_is_an_error(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(running: Any, **kwargs: Any) -> Any:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(trainables.loop.fit, "train_epoch", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        list(train(config_of(digits, "cosine")))


def test_adaptation_learns(digits: PreparedData) -> None:
    found = list(train(config_of(digits, "adaptation", epochs=12, width=16, augment="crop", batch_size=16)))
    assert found[-1].val_accuracy is not None
    assert found[-1].val_accuracy > 0.9

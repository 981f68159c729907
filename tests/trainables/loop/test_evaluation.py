"""Measurements of a run beside its last network, and around unfreezing."""

from typing import Any

import pytest
import torch

import trainables.loop.evaluation
from trainables import train
from trainables.data import PreparedData
from trainables.inputs.inputs import ImageInputs, logits
from trainables.loop.evaluation import tta_probabilities
from trainables.plan.training import Training
from trainables.run import start


def config_of(digits: PreparedData, **more: Any) -> dict[str, Any]:
    common = {"recipe": "adaptation", "data": digits.key, "epochs": 4, "augment": "crop"}
    return {**common, "width": 4, "device": "cpu", "seed": 3, **more}


@pytest.mark.parametrize("num_views", [1, 4])
def test_test_time_augmentation_is_the_mean_over_the_image_and_its_views(
    digits: PreparedData, num_views: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = start(config_of(digits)).task
    inputs = ImageInputs(data=task.val, how=Training(augment="crop"), seed=0)
    each: list[torch.Tensor] = []
    real = trainables.loop.evaluation.logits

    def spy(*args: Any, **kwargs: Any) -> torch.Tensor:
        each.append(real(*args, **kwargs))
        return each[-1]

    monkeypatch.setattr(trainables.loop.evaluation, "logits", spy)
    found = tta_probabilities(task.network, inputs, num_views=num_views)
    assert len(each) == num_views + 1
    assert torch.equal(each[0], logits(task.network, inputs))
    assert all(not torch.allclose(one, each[0]) for one in each[1:])
    torch.testing.assert_close(found, torch.stack(each).softmax(2).mean(0))


def test_views_without_augmentation_change_nothing(digits: PreparedData) -> None:
    task = start(config_of(digits)).task
    inputs = ImageInputs(data=task.val, how=Training(augment="none"), seed=0)
    plain = logits(task.network, inputs).softmax(1)
    torch.testing.assert_close(tta_probabilities(task.network, inputs, num_views=2), plain)


def test_each_way_is_told_beside_the_last_network_for_every_split(digits: PreparedData) -> None:
    *_, plain = train(config_of(digits, measure_test=True, cycle_mult=1.0))
    *_, last = train(config_of(digits, measure_test=True, tta_views=2, snapshots=2, cycle_mult=1.0))
    assert plain.further == {}
    assert set(last.further) == {
        f"{split}/{way}/{measure}"
        for split in ("val", "test")
        for way in ("tta", "ensemble", "average")
        for measure in ("objective", "loss")
    }
    assert (last.val_loss, last.test_loss) == (plain.val_loss, plain.test_loss)
    *_, searched = train(config_of(digits, tta_views=2))
    assert set(searched.further) == {"val/tta/objective", "val/tta/loss"}


def test_the_ensemble_of_one_network_is_that_network(digits: PreparedData) -> None:
    *_, last = train(config_of(digits, snapshots=1))
    assert last.val_loss is not None
    assert last.further["val/ensemble/objective"] == last.val_objective
    assert last.further["val/ensemble/loss"] == pytest.approx(last.val_loss, rel=1e-5)


def test_accuracy_just_before_unfreezing_is_recorded_with_the_first_epoch_after_it(
    digits: PreparedData,
) -> None:
    found = list(train(config_of(digits, recipe="gradual_unfreezing", epochs=6)))
    begun = [at for at in range(1, 6) if found[at].phase != found[at - 1].phase]
    assert begun == [1, 2, 3]
    for at, record in enumerate(found):
        expected = found[at - 1].val_accuracy if at in begun else None
        assert record.val_accuracy_before_unfreezing == expected


def test_a_phase_that_trains_no_more_than_the_one_before_unfreezes_nothing(digits: PreparedData) -> None:
    found = list(train(config_of(digits, recipe="progressive_resizing")))
    assert {record.phase for record in found} == {"small", "full"}
    assert all(record.val_accuracy_before_unfreezing is None for record in found)

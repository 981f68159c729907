"""One epoch: what a step is made of."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch

import trainables.loop.epoch
from trainables import train
from trainables.data import PreparedData
from trainables.optim.losses import Mix
from trainables.optim.optimizer import update_weights
from trainables.run import start

HEAD: Mapping[str, Any] = {
    "recipe": "feature_extraction",
    "epochs": 3,
    "width": 4,
    "device": "cpu",
    "lr": 0.1,
    "class_weights": "balanced",
}
"""A head alone: no batch statistics that would tell parts of a step from the whole."""


def losses(data: PreparedData, **config: Any) -> list[tuple[float | None, float | None]]:
    return [(r.train_loss, r.val_loss) for r in train({**HEAD, "data": data.key, **config})]


@pytest.mark.parametrize(
    ("batch_size", "accumulate", "whole"),
    [(8, 4, 32), (20, 17, 400)],
    ids=["equal parts", "all 323 images, the last three apart"],
)
def test_a_step_of_several_batches_is_that_of_one_large_batch(
    uneven: PreparedData, batch_size: int, accumulate: int, whole: int
) -> None:
    """Also where classes have weights, of which the parts have different sums."""
    parts = losses(uneven, batch_size=batch_size, accumulate=accumulate)
    assert parts == [pytest.approx(each, rel=1e-5) for each in losses(uneven, batch_size=whole)]


def test_mixing_takes_images_and_labels_from_the_same_partner(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the first image is the plain run; all of the partner is the same batch in another order."""

    def with_share(share: float) -> list[tuple[float | None, float | None]]:
        def draw(sizes: list[int], **_: Any) -> list[Mix]:
            return [Mix(partner=torch.arange(size).flip(0), share=share) for size in sizes]

        monkeypatch.setattr(trainables.loop.epoch, "draw_mixes", draw)
        return losses(digits, recipe="fixed_rate", lr=0.05, epochs=1, mixup=0.4)

    (plain,) = losses(digits, recipe="fixed_rate", lr=0.05, epochs=1)
    assert with_share(1.0) == [pytest.approx(plain)]
    assert with_share(0.0) == [pytest.approx(plain, rel=1e-3)]
    assert with_share(0.5) != [pytest.approx(plain, rel=1e-3)]


@pytest.mark.parametrize("clip_norm", [1.0, None])
def test_gradients_are_unscaled_before_they_are_clipped(clip_norm: float | None) -> None:
    weight = torch.nn.Parameter(torch.zeros(2))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale((weight * torch.tensor([3.0, 4.0])).sum()).backward()
    update_weights(optimizer, scaler, clip_norm=clip_norm)
    assert weight.tolist() == pytest.approx([-3, -4] if clip_norm is None else [-0.6, -0.8], rel=1e-4)


def test_a_renewed_optimizer_remembers_nothing(digits: PreparedData) -> None:
    fit = start({**HEAD, "data": digits.key, "recipe": "adaptation", "epochs": 3})
    fit.run_epoch()
    fit.run_epoch()
    running = fit._running
    assert running is not None
    assert running.optimizer.state
    initial_lrs = [(group["name"], group["initial_lr"]) for group in running.optimizer.param_groups]
    running.renew_optimizer()
    assert not running.optimizer.state
    assert [(group["name"], group["initial_lr"]) for group in running.optimizer.param_groups] == initial_lrs

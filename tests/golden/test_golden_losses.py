"""The losses of every step of short CPU runs, so that no change to the pipeline goes by unseen.

They hold to float32 rounding, because processors and PyTorch versions sum in different orders.
"""

from typing import Any

import pytest
import torch

from trainables import train
from trainables.data import PreparedData
from trainables.loop import head_epoch
from trainables.optim.losses import TrainingLoss

GOLDEN: dict[str, list[float]] = {
    "fixed_rate": [
        1.642151,
        1.591734,
        1.705115,
        1.584499,
        1.568787,
        1.665724,
        1.564196,
        1.56728,
        1.537686,
        1.527522,
        1.497911,
        1.523519,
        1.52257,
        1.425751,
        1.578296,
        1.495394,
        1.462163,
        1.418553,
        1.416894,
        1.384138,
    ],
    "one_cycle": [
        1.64217,
        1.598312,
        1.705728,
        1.588113,
        1.559393,
        1.623224,
        1.492838,
        1.516325,
        1.481926,
        1.425632,
        1.41987,
        1.46317,
        1.432871,
        1.384706,
        1.468015,
        1.467399,
        1.394549,
        1.356775,
        1.379758,
        1.364657,
    ],
    "adaptation": [
        1.630608,
        1.599944,
        1.626052,
        1.60916,
        1.615213,
        1.687608,
        1.607932,
        1.600312,
        1.584657,
        1.599433,
        1.550039,
        1.58377,
        1.592856,
        1.484679,
        1.641051,
        1.545346,
        1.528078,
        1.530259,
        1.491637,
        1.510432,
    ],
}
"""Training loss of each step; first recorded with PyTorch 2.15 on x86-64."""

CONFIGS: dict[str, dict[str, Any]] = {
    "fixed_rate": {"recipe": "fixed_rate", "lr": 0.02},
    "one_cycle": {"recipe": "one_cycle", "lr": 0.005, "optimizer": "adamw", "label_smoothing": 0.1},
    "adaptation": {"recipe": "adaptation", "lr": 0.05, "head_lr": 0.1, "stem_to_head": 0.1},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_losses_of_twenty_steps(digits: PreparedData, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four epochs of five steps on 200 images."""
    losses: list[float] = []
    real = TrainingLoss.__call__

    def spy(self: TrainingLoss, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        loss = real(self, logits, labels)
        losses.append(loss.item())
        return loss

    heads = head_epoch.train_heads

    def spy_on_heads(*args: Any, sizes: list[int], loss: TrainingLoss) -> torch.Tensor:
        logits = heads(*args, sizes=sizes, loss=loss)
        for outputs, labels in zip(logits[:, 0].T.split(sizes), args[2].split(sizes), strict=True):
            spy(loss, outputs, labels)
        return logits

    monkeypatch.setattr(TrainingLoss, "__call__", spy)
    monkeypatch.setattr(head_epoch, "train_heads", spy_on_heads)
    common = {"data": digits.key, "epochs": 4, "batch_size": 40, "width": 4, "seed": 0, "device": "cpu"}
    found = list(train({**common, **CONFIGS[name], "augment": "crop"}))
    assert [r.num_steps for r in found] == [5, 5, 5, 5]
    assert [r.train_loss for r in found] == pytest.approx(
        [sum(losses[at : at + 5]) / 5 for at in range(0, 20, 5)]
    )
    assert losses == pytest.approx(GOLDEN[name], rel=1e-4)

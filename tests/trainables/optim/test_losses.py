"""The loss of a phase, and mixup."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from trainables.optim.losses import Mix, draw_mixes, make_loss
from trainables.plan.training import Training

LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]])
LABELS = torch.tensor([0, 2])


def loss_of(labels: torch.Tensor = LABELS, **training: object) -> torch.Tensor:
    return make_loss(Training(**training), labels, num_classes=3)(LOGITS, LABELS)  # type: ignore[arg-type]


def test_cross_entropy_by_hand() -> None:
    first = math.log(math.exp(2) + 1 + math.exp(-1)) - 2
    second = math.log(1 + math.exp(1) + math.exp(0.5)) - 0.5
    assert loss_of().item() == pytest.approx((first + second) / 2)


def test_label_smoothing_spreads_its_share_over_all_classes() -> None:
    logs = LOGITS.log_softmax(1)
    expected = -(0.7 * logs[range(2), LABELS] + 0.3 * logs.mean(1)).mean()
    assert loss_of(label_smoothing=0.3).item() == pytest.approx(expected.item())


def test_bce_is_summed_over_classes() -> None:
    targets = torch.tensor([[1.0, 0, 0], [0, 0, 1]])
    expected = 3 * F.binary_cross_entropy_with_logits(LOGITS, targets)
    assert loss_of(loss="bce").item() == pytest.approx(expected.item())
    smooth = 3 * F.binary_cross_entropy_with_logits(LOGITS, targets * 0.9 + 0.1 / 3)
    assert loss_of(loss="bce", label_smoothing=0.1).item() == pytest.approx(smooth.item())


@pytest.mark.parametrize("kind", ["cross_entropy", "bce"])
def test_class_weights_weigh_rare_classes_up(kind: str) -> None:
    # 4, 2 and 1 images: 1/4 : 1/2 : 1, scaled to a mean of 1 over classes
    labels = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    weights = torch.tensor([0.25, 0.5, 1.0]) * 3 / 1.75
    each = torch.stack(
        [
            make_loss(Training(loss=kind), LABELS, num_classes=3)(LOGITS[i : i + 1], LABELS[i : i + 1])  # type: ignore[arg-type]
            for i in range(2)
        ]
    )
    expected = (each * weights[LABELS]).sum() / weights[LABELS].sum()
    found = loss_of(labels, loss=kind, class_weights="balanced")
    assert found.item() == pytest.approx(expected.item())


@pytest.mark.parametrize("kind", ["cross_entropy", "bce"])
def test_an_images_weight_weighs_its_smoothed_part_too(kind: str) -> None:
    """Of one class's images, which share a weight, the weight says nothing, however the target is smoothed."""
    labels = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    training = Training(loss=kind, label_smoothing=0.2)  # type: ignore[arg-type]
    weighted = replace(training, class_weights="balanced")
    of_one_class = torch.tensor([2, 2])
    plain = make_loss(training, labels, num_classes=3)(LOGITS, of_one_class)
    assert make_loss(weighted, labels, num_classes=3)(LOGITS, of_one_class).item() == pytest.approx(
        plain.item()
    )


def test_mixing_mixes_images_and_losses_alike() -> None:
    mix = Mix(partner=torch.tensor([1, 0]), share=0.75)
    batch = torch.tensor([[4.0], [8.0]])
    assert mix.inputs(batch).tolist() == [[5.0], [7.0]]
    loss = make_loss(Training(), LABELS, num_classes=3)
    expected = 0.75 * loss(LOGITS, LABELS) + 0.25 * loss(LOGITS, LABELS.flip(0))
    assert mix.loss(loss, LOGITS, LABELS).item() == pytest.approx(expected.item())


def test_shares_follow_a_beta_distribution_and_repeat() -> None:
    mixes = draw_mixes([4] * 4000, alpha=0.4, seed=1, epoch=2)
    shares = torch.tensor([mix.share for mix in mixes])
    # Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1))
    assert shares.mean().item() == pytest.approx(0.5, abs=0.03)
    assert shares.var().item() == pytest.approx(1 / (4 * 1.8), abs=0.01)
    again = draw_mixes([4] * 4000, alpha=0.4, seed=1, epoch=2)
    assert [m.share for m in again] == [m.share for m in mixes]
    assert draw_mixes([4], alpha=0.4, seed=1, epoch=3)[0].share != mixes[0].share
    assert sorted(mixes[0].partner.tolist()) == [0, 1, 2, 3]

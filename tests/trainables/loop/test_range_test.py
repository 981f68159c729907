import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainables.loop.sweep import ramp, run_range_test
from trainables.optim.losses import TrainingLoss
from trainables.plan.training import Training
from trainables.range_test import RangeTest, suggest


@dataclass(frozen=True, kw_only=True)
class Made(TrainingLoss):
    """A loss of the test's own."""

    function: Callable[[Tensor, Tensor], Tensor]

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        return self.function(logits, labels)


def made(function: Callable[[Tensor, Tensor], Tensor]) -> TrainingLoss:
    return Made(kind="cross_entropy", label_smoothing=0.0, weights=None, function=function)


def linear() -> nn.Module:
    """A linear layer with known weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Linear(4, 3)


def optimizer(module: nn.Module) -> torch.optim.Optimizer:
    group = {"params": list(module.parameters()), "initial_lr": 1.0, "shrink": 0.0}
    return torch.optim.SGD([group], lr=1.0)


def batches(number: int) -> tuple[Tensor, Tensor]:
    draws = torch.Generator().manual_seed(number)
    labels = torch.randint(3, (16,), generator=draws)
    return torch.eye(4)[labels] * 3, labels


def test_the_ramp_is_geometric() -> None:
    assert ramp(0) == pytest.approx(1e-6)
    assert ramp(99) == pytest.approx(10)
    assert ramp(50) / ramp(49) == pytest.approx(ramp(1) / ramp(0))


def test_the_module_its_buffers_its_gradients_and_the_random_state_are_left_as_they_were() -> None:
    module = nn.Sequential(nn.BatchNorm1d(4), nn.Dropout(0.5), linear())
    before = {name: value.clone() for name, value in module.state_dict().items()}
    assert "0.running_mean" in before
    state = torch.get_rng_state()
    run_range_test(module, optimizer, batches)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert all(parameter.grad is None for parameter in module.parameters())
    assert torch.equal(torch.get_rng_state(), state)


def test_dropout_draws_from_its_own_seed() -> None:
    module = nn.Sequential(nn.Dropout(0.5), linear())
    one = run_range_test(module, optimizer, batches, dropout_seed=1)
    torch.rand(3)
    assert run_range_test(module, optimizer, batches, dropout_seed=1) == one
    assert run_range_test(module, optimizer, batches, dropout_seed=2) != one


def test_groups_keep_their_ratio_to_the_base_rate() -> None:
    # loss = w1 + w2: gradients of 1. After the first step at 1e-6, of shares 1 and 0.1, it is 2 - 1.1e-6; by the
    # third, at the second rate r, it has fallen by 1.1 r more.
    module = nn.ParameterList([nn.Parameter(torch.ones(1, dtype=torch.float64)) for _ in range(2)])

    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weights = module

        def forward(self, _: Tensor) -> Tensor:
            return torch.cat(list(self.weights)).sum()

    def shared(copy: nn.Module) -> torch.optim.Optimizer:
        one, other = copy.parameters()
        return torch.optim.SGD(
            [
                {"params": [one], "initial_lr": 1.0, "shrink": 0.0},
                {"params": [other], "initial_lr": 0.1, "shrink": 0.0},
            ],
            lr=1.0,
        )

    test = run_range_test(
        Sum(),
        shared,
        lambda _: (torch.zeros(1), torch.zeros(1)),
        loss=made(lambda outputs, _: outputs.sum()),
        num_steps=8,  # a decade a step
    )
    # in float32, at which outputs arrive, only the falls at the higher rates show
    falls = [a - b for a, b in zip(test.losses, test.losses[1:], strict=False)]
    assert falls[4:6] == pytest.approx([1.1e-2, 1.1e-1], rel=1e-3)


def test_a_loss_that_explodes_ends_the_test_early() -> None:
    def far_apart(number: int) -> tuple[Tensor, Tensor]:
        draws = torch.Generator().manual_seed(number)
        inputs = 100 * torch.randn(16, 4, generator=draws)
        return inputs, torch.randint(3, (16,), generator=draws)

    test = run_range_test(linear(), optimizer, far_apart)
    assert 2 < len(test.rates) < 100
    assert test.ended == "exploded"
    assert test.smoothed[-1] > 4 * min(test.smoothed)


def losses_of(values: list[float]) -> RangeTest:
    """A test whose batches have these losses."""
    given = iter(values)

    def loss(outputs: Tensor, _: Tensor) -> Tensor:
        return outputs.sum() * 0 + next(given)

    return run_range_test(linear(), optimizer, batches, loss=made(loss), num_steps=len(values))


def test_a_loss_that_rises_fourfold_but_stays_below_its_start_does_not_end_the_test() -> None:
    assert losses_of([2.0] + [0.0] * 40 + [1.0] * 9).ended == "highest"
    assert losses_of([2.0] + [0.0] * 40 + [30.0] * 9).ended == "exploded"


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_ends_the_test_and_is_left_out(bad: float) -> None:
    test = losses_of([1.0, 0.9, bad, 0.8])
    assert test.losses == pytest.approx((1.0, 0.9))
    assert test.rates == pytest.approx((1e-6, 1e-6 * 1e7 ** (1 / 3)))
    assert test.ended == "not_finite"


def test_a_loss_that_is_not_finite_from_the_start_leaves_no_curve_and_its_reason() -> None:
    test = losses_of([math.nan])
    assert test.rates == ()
    assert suggest("minimum_tenth", test) == (None, "the loss was not finite from the start")
    assert suggest("pooled_minimum", test) == (None, "the loss was not finite from the start")


def test_the_smoothed_loss_is_corrected_for_its_start() -> None:
    test = losses_of([2.0, 1.0])
    # (0.9 * 0.1 * 2 + 0.1 * 1) / (1 - 0.81) = 0.28 / 0.19
    assert test.smoothed == pytest.approx((2.0, 0.28 / 0.19))


def test_the_loss_is_that_of_the_phase() -> None:
    smoothing = TrainingLoss(kind="cross_entropy", label_smoothing=0.5, weights=None)
    smooth = run_range_test(linear(), optimizer, batches, loss=smoothing)
    assert smooth.losses[0] != run_range_test(linear(), optimizer, batches).losses[0]


def test_the_batches_of_one_step_are_taken_together() -> None:
    asked: list[int] = []

    def halves(number: int) -> tuple[Tensor, Tensor]:
        asked.append(number)
        inputs, labels = batches(number // 2)
        half = slice(0, 8) if number % 2 == 0 else slice(8, 16)
        return inputs[half], labels[half]

    twice = run_range_test(linear(), optimizer, halves, training=Training(accumulate=2), num_steps=20)
    whole = run_range_test(linear(), optimizer, batches, num_steps=20)
    assert asked == list(range(40))
    assert twice.losses == pytest.approx(whole.losses, rel=1e-4)


def test_the_batches_of_one_step_count_by_their_images_weights() -> None:
    loss = TrainingLoss(kind="cross_entropy", label_smoothing=0.0, weights=torch.tensor([0.1, 1.0, 1.9]))

    def uneven(number: int) -> tuple[Tensor, Tensor]:
        inputs, labels = batches(number // 2)
        part = slice(0, 3) if number % 2 == 0 else slice(3, 16)
        return inputs[part], labels[part]

    twice = run_range_test(
        linear(), optimizer, uneven, loss=loss, training=Training(accumulate=2), num_steps=20
    )
    whole = run_range_test(linear(), optimizer, batches, loss=loss, num_steps=20)
    assert twice.losses == pytest.approx(whole.losses, rel=1e-4)


def test_gradients_are_clipped_where_the_phase_clips_them() -> None:
    def steep(outputs: Tensor, labels: Tensor) -> Tensor:
        return 1e3 * F.cross_entropy(outputs, labels)

    free = run_range_test(linear(), optimizer, batches, loss=made(steep))
    clipped = run_range_test(linear(), optimizer, batches, loss=made(steep), training=Training(clip_norm=1.0))
    assert free.losses[40] < 0.9 * clipped.losses[40]

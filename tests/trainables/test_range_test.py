import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from trainables.range_test import RangeTest, combine, ramp, run_range_test, suggest


def linear() -> nn.Module:
    """A linear layer with known weights."""
    torch.manual_seed(0)
    return nn.Linear(4, 3)


def optimizer(module: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD([{"params": list(module.parameters()), "peak": 1.0}], lr=1.0)


def batches(step: int) -> tuple[torch.Tensor, torch.Tensor]:
    draws = torch.Generator().manual_seed(step)
    labels = torch.randint(3, (16,), generator=draws)
    return torch.eye(4)[labels] * 3, labels


def test_the_ramp_is_geometric() -> None:
    assert ramp(0) == pytest.approx(1e-6)
    assert ramp(99) == pytest.approx(10)
    assert ramp(50) / ramp(49) == pytest.approx(ramp(1) / ramp(0))


def test_the_module_and_the_random_state_are_left_as_they_were() -> None:
    module = linear()
    before = {k: v.clone() for k, v in module.state_dict().items()}
    state = torch.get_rng_state()
    run_range_test(nn.Sequential(module, nn.Dropout(0.5)), optimizer, batches)
    assert all(torch.equal(v, before[k]) for k, v in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)


def test_a_loss_that_explodes_ends_the_test_early() -> None:
    def far_apart(step: int) -> tuple[torch.Tensor, torch.Tensor]:
        draws = torch.Generator().manual_seed(step)
        inputs = 100 * torch.randn(16, 4, generator=draws)
        return inputs, torch.randint(3, (16,), generator=draws)

    test = run_range_test(linear(), optimizer, far_apart)
    assert 2 < len(test.rates) < 100
    assert test.smoothed[-1] > 4 * min(test.smoothed)
    assert all(math.isfinite(loss) for loss in test.losses)


def test_the_smoothed_loss_is_corrected_for_its_start() -> None:
    test = run_range_test(linear(), optimizer, batches)
    assert test.smoothed[0] == pytest.approx(test.losses[0])
    expected = (0.9 * 0.1 * test.losses[0] + 0.1 * test.losses[1]) / (1 - 0.9**2)
    assert test.smoothed[1] == pytest.approx(expected)


def test_the_suggestion_is_a_tenth_of_the_rate_of_the_least_loss() -> None:
    assert suggest([1e-3, 1e-2, 1e-1, 1.0], [2.0, 1.5, 1.0, 3.0]) == (pytest.approx(1e-2), "")


@pytest.mark.parametrize(
    ("smoothed", "reason"),
    [([1.0, 2.0, 3.0], "never fell"), ([3.0, 2.0, 1.0], "still falling"), ([], "not finite")],
)
def test_no_suggestion_has_its_reason(smoothed: list[float], reason: str) -> None:
    lr, why = suggest([0.1, 0.2, 0.3][: len(smoothed)], smoothed)
    assert lr is None
    assert reason in why


def of(suggestion: float | None) -> RangeTest:
    reason = "" if suggestion else "the loss never fell"
    return RangeTest(rates=(), losses=(), smoothed=(), suggestion=suggestion, reason=reason)


def test_repeats_are_combined_by_their_median_and_a_minority_is_no_suggestion() -> None:
    together = combine((of(0.1), of(0.3), of(0.2)))
    assert (together.lr, together.low, together.high) == (0.2, 0.1, 0.3)
    alone = combine((of(0.1), of(None), of(None)))
    assert alone.lr is None
    assert alone.reason == "the loss never fell"


@given(st.lists(st.floats(1e-5, 1), min_size=1, max_size=7))
def test_the_suggestion_lies_in_its_band(values: list[float]) -> None:
    together = combine(tuple(of(value) for value in values))
    assert together.lr is not None
    assert together.low is not None
    assert together.high is not None
    assert together.low <= together.lr <= together.high

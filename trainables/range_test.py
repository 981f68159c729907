"""The learning-rate range test: raise the rate from very low until the loss gets worse, then suggest one."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LOWEST = 1e-6
HIGHEST = 10.0
NUM_STEPS = 100
SMOOTHING = 0.9
STOP_AT = 4.0
MINIMUM_OVER = 10.0


@dataclass(frozen=True, kw_only=True)
class RangeTest:
    """One test's curve.

    Attributes:
        rates: Base rate at each step, rising.
        losses: Loss of the batch at that step, before its update.
        smoothed: Exponential mean of the losses, corrected for its start.
        suggestion: A tenth of the rate at which the smoothed loss is least; None where the loss never fell.
        reason: Why there is no suggestion; empty where there is one.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestion: float | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What repeated tests say together.

    Attributes:
        lr: Median of the repeats' suggestions; None where under half of them have one.
        low: Least of the suggestions.
        high: Largest of the suggestions.
        tests: The repeats.
        reason: Why there is no suggestion; empty where there is one.
    """

    lr: float | None
    low: float | None
    high: float | None
    tests: tuple[RangeTest, ...]
    reason: str = ""


class NoSuggestionError(ValueError):
    """A phase's rate is "auto", and its range tests suggest none.

    Attributes:
        phase: Name of the phase.
        suggestion: The tests, and the reason.
    """

    def __init__(self, phase: str, suggestion: Suggestion) -> None:
        super().__init__(
            f"phase {phase}: the range test suggests no rate ({suggestion.reason}); set the rate instead of auto"
        )
        self.phase = phase
        self.suggestion = suggestion


def ramp(step: int, *, num_steps: int = NUM_STEPS, lowest: float = LOWEST, highest: float = HIGHEST) -> float:
    """Return the base rate at `step`: geometric from `lowest` to `highest`, 0 <= step < num_steps."""
    rate: float = lowest * (highest / lowest) ** (step / (num_steps - 1))
    return rate


def run_range_test(
    module: nn.Module,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
    batches: Callable[[int], tuple[Tensor, Tensor]],
    *,
    dropout_seed: int = 0,
    num_steps: int = NUM_STEPS,
) -> RangeTest:
    """Run one test on a copy of `module`, which itself is left as it is, like the global random state.

    Args:
        module: What will be trained, in the mode in which it will be.
        make_optimizer: Builds an optimizer for the copy. Each group's "peak" is its share of the base rate, so
            that the groups keep their ratios.
        batches: Returns inputs and labels for a step.
        dropout_seed: Seed of what the module itself draws.
        num_steps: Steps from the lowest rate to the highest.

    Source: Smith (2017). The ramp is geometric; the test ends when the smoothed loss exceeds 4 times its
    minimum or a loss is not finite.
    """
    trial = copy.deepcopy(module)
    optimizer = make_optimizer(trial)
    rates: list[float] = []
    losses: list[float] = []
    smoothed: list[float] = []
    mean = 0.0
    with torch.random.fork_rng(devices=_devices(module)):
        torch.manual_seed(dropout_seed)
        for step in range(num_steps):
            base = ramp(step, num_steps=num_steps)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * base
            inputs, labels = batches(step)
            loss = F.cross_entropy(trial(inputs), labels)
            if not math.isfinite(loss.item()):
                break
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss.item()
            rates.append(base)
            losses.append(loss.item())
            smoothed.append(mean / (1 - SMOOTHING ** (step + 1)))
            if smoothed[-1] > STOP_AT * min(smoothed):
                break
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    lr, reason = suggest(rates, smoothed)
    return RangeTest(
        rates=tuple(rates), losses=tuple(losses), smoothed=tuple(smoothed), suggestion=lr, reason=reason
    )


def suggest(rates: list[float], smoothed: list[float]) -> tuple[float | None, str]:
    """Return a tenth of the rate with the least smoothed loss, or None and the reason.

    Source: the sources' "one to two orders below the loss minimum".
    """
    if len(rates) < 2:
        return None, "the loss was not finite from the start"
    best = min(range(len(smoothed)), key=smoothed.__getitem__)
    if best == 0:
        return None, "the loss never fell"
    if best == len(smoothed) - 1:
        return None, f"the loss was still falling at the highest rate, {rates[-1]:.3g}"
    return rates[best] / MINIMUM_OVER, ""


def combine(tests: tuple[RangeTest, ...]) -> Suggestion:
    """Return the median suggestion of repeated tests and their band."""
    found = [test.suggestion for test in tests if test.suggestion is not None]
    if 2 * len(found) < len(tests) or not found:
        reasons = "; ".join(sorted({test.reason for test in tests if test.reason}))
        return Suggestion(lr=None, low=None, high=None, tests=tests, reason=reasons)
    return Suggestion(lr=median(found), low=min(found), high=max(found), tests=tests)


def _devices(module: nn.Module) -> list[torch.device]:
    devices = {p.device for p in module.parameters() if p.device.type == "cuda"}
    return sorted(devices, key=str)

"""The execution of a phase: autocast, the scaling of float16's gradients, the layout in memory, compiling."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from trainables.plan.training import Precision, Training

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def autocast(precision: Precision, device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which forward passes run in `precision`; float32 changes nothing."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=_DTYPES[precision])


def gradient_scaler(precision: Precision, device: torch.device) -> torch.amp.GradScaler:
    """Return a scaler that keeps float16's small gradients above 0; for other precisions it does nothing."""
    return torch.amp.GradScaler(device.type, enabled=precision == "float16")


def memory_format(channels_last: bool) -> torch.memory_format:
    """Return how images and weights lie in memory."""
    return torch.channels_last if channels_last else torch.contiguous_format


def compiled(module: nn.Module, training: Training) -> Callable[[Tensor], Tensor]:
    """Return the module for training, compiled where that is asked for.

    It is compiled anew, whatever the process has compiled before: PyTorch compiles a piece of code for so many
    cases, 8 by default, and would run it as it is after that. Here more cases are an error of PyTorch's.
    """
    if not training.compile:
        return module
    torch._dynamo.reset()
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    forward: Callable[[Tensor], Tensor] = torch.compile(module)
    return forward

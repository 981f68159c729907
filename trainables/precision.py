"""The arithmetic of a phase: autocast and the scaling of float16's gradients."""

from contextlib import AbstractContextManager

import torch

from trainables.training import Precision

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def autocast(precision: Precision, device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which forward passes run in `precision`; float32 changes nothing."""
    enabled = precision != "float32"
    dtype = _DTYPES.get(precision, torch.bfloat16)
    return torch.autocast(device.type, dtype=dtype, enabled=enabled)


def gradient_scaler(precision: Precision, device: torch.device) -> torch.amp.GradScaler:
    """Return a scaler that keeps float16's small gradients above 0; for other precisions it does nothing."""
    return torch.amp.GradScaler(device.type, enabled=precision == "float16")

import itertools
from collections.abc import Callable

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


def stepped(make: Callable[[Optimizer], LRScheduler], *, num_steps: int, lr: float = 1.0) -> list[float]:
    """Return the rates of torch's own scheduler, stepped once after each of `num_steps` steps."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    theirs = make(optimizer)
    rates = []
    for step in itertools.count(1):
        rates.append(float(theirs.get_last_lr()[0]))
        if step == num_steps:
            return rates
        optimizer.step()
        theirs.step()
    raise AssertionError

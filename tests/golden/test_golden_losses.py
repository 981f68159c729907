"""The losses of short CPU runs, so that no change to the pipeline goes by unseen.

They hold to float32 rounding, because processors and PyTorch versions sum in different orders.
"""

import pytest

from trainables import train
from trainables.data import PreparedData

GOLDEN = {
    "fixed_rate": [1.618457, 1.572482, 1.509609, 1.435428],
    "cosine": [1.608982, 1.511565, 1.444363, 1.394024],
    "adaptation": [1.616195, 1.615988, 1.570479, 1.52115],
}
"""Mean training loss of each epoch; first recorded with PyTorch 2.15 on x86-64."""

CONFIGS = {
    "fixed_rate": {"recipe": "fixed_rate", "lr": 0.02},
    "cosine": {"recipe": "cosine", "lr": 0.05},
    "adaptation": {"recipe": "adaptation", "lr": 0.05, "head_lr": 0.1, "stem_to_head": 0.1},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_losses_of_twenty_steps(digits: PreparedData, name: str) -> None:
    """Four epochs of five steps on 200 images."""
    common = {"data": digits.key, "epochs": 4, "batch_size": 40, "width": 4, "seed": 0, "device": "cpu"}
    found = list(train({**common, **CONFIGS[name], "augment": "crop"}))
    assert [r.num_steps for r in found] == [5, 5, 5, 5]
    assert [r.train_loss for r in found] == pytest.approx(GOLDEN[name], rel=1e-4)

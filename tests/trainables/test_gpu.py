"""What only a GPU can show."""

import pytest
import torch

from trainables import train
from trainables.data import PreparedData

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def config_of(digits: PreparedData, device: str) -> dict[str, object]:
    return {
        "recipe": "adaptation", "data": digits.key, "epochs": 6, "lr": 0.05, "head_lr": 0.1, "batch_size": 16,
        "augment": "crop", "device": device, "deterministic": True, "measure_test": True,
    }  # fmt: skip


def test_a_deterministic_run_on_the_gpu_repeats_bitwise(digits: PreparedData) -> None:
    runs = [[(r.train_loss, r.val_loss) for r in train(config_of(digits, "cuda"))] for _ in range(2)]
    assert runs[0] == runs[1]


def test_the_gpu_trains_what_the_cpu_trains(digits: PreparedData) -> None:
    """The same batches, crops and start: the first epoch differs by rounding alone."""
    on_gpu, on_cpu = (next(iter(train(config_of(digits, device)))) for device in ("cuda", "cpu"))
    assert on_gpu.train_loss == pytest.approx(on_cpu.train_loss, rel=1e-3)
    assert on_gpu.val_loss == pytest.approx(on_cpu.val_loss, rel=1e-3)


def test_an_auto_rate_is_found_on_the_gpu(digits: PreparedData) -> None:
    found = list(train({**config_of(digits, "cuda"), "lr": "auto", "head_lr": "auto"}))
    assert found[-1].status == "finished"
    assert found[-1].test_accuracy is not None

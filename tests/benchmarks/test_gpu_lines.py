"""What is true of all GPU lines."""

from typing import Any

import pytest
import torch

from benchmarks import __main__ as command
from benchmarks.harness.settings import Settings
from benchmarks.lines import ALL

GPU_LINES = [line for line in ALL if line.name.startswith("gpu_")]


@pytest.mark.parametrize("line", GPU_LINES, ids=lambda line: line.name)
def test_without_a_gpu_a_line_is_not_measured(
    line: Any, few_images: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert not command._measure(line, few_images, images="some")
    row = f"| {line.name} | not measured: needs a GPU, and PyTorch finds no CUDA device here |"
    assert capsys.readouterr().out.startswith(row)


def test_what_the_gpu_lines_have_to_reach() -> None:
    assert {line.name: line.to_reach for line in GPU_LINES} == {
        "gpu_step": 0.95,
        "gpu_step_small": None,
        "gpu_loader": 10,
        "gpu_sharing_2": None,
        "gpu_sharing_4": None,
        "gpu_sharing_8": 3,
        "gpu_94": 0.91,
    }

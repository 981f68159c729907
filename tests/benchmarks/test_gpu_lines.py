"""What is true of all GPU lines."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from benchmarks import __main__ as command
from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio
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


@pytest.mark.parametrize("line", [line for line in GPU_LINES if line.to_reach], ids=lambda line: line.name)
@pytest.mark.parametrize(("share", "reached"), [(0.99, False), (1.0, True)])
def test_a_line_is_reached_from_its_least_ratio_on(
    line: Line, share: float, reached: bool, few_images: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line.to_reach is not None
    found = Ratio(ratio=share * line.to_reach, low=None, high=None, n=1, ours=1.0, theirs=1.0)
    measured = replace(line, measure=lambda settings: found)
    assert command._measure(measured, few_images, images="some") is reached
    assert capsys.readouterr().out.endswith(f"| {line.to_reach:g} |\n")

"""The sampler of docs/own_parts.md works as it stands there."""

import re
from pathlib import Path

import pytest

from study.samplers.registry import sampler_class
from study.search.arm_search import ArmSearch
from study.spec.arms import Arm
from tests.support.spaces import choice, log_uniform, whole

DOCUMENT = Path(__file__).parents[3] / "docs" / "own_parts.md"


def test_the_documented_sampler_is_found_by_its_name_and_suggests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = re.search(r"```python\n(.*?Sampler.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert code is not None
    (tmp_path / "my_samplers.py").write_text(code[1])
    monkeypatch.syspath_prepend(tmp_path)
    assert sampler_class("my_samplers:Halving").__name__ == "Halving"
    space = {"lr": log_uniform(1e-4, 0.1), "cycle_len": whole(1, 4), "last_cycle": choice("cut", "drop")}
    arm = Arm(name="a", recipe="adaptation", constants={}, space=space)
    search = ArmSearch(arm, study_name="s", algorithm="my_samplers:Halving", seed=0, num_trials=3)
    assert [search.ask() for _ in range(3)] == [
        (0, {"lr": 0.1, "cycle_len": 4, "last_cycle": "cut"}),
        (1, {"lr": 0.05, "cycle_len": 2, "last_cycle": "cut"}),
        (2, {"lr": 0.025, "cycle_len": 1, "last_cycle": "cut"}),
    ]

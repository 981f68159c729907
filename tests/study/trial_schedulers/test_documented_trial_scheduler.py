"""The trial scheduler of docs/own_parts.md works as it stands there."""

import re
from pathlib import Path

import pytest

from study.trial_schedulers.base import TrialHistory
from study.trial_schedulers.registry import make_trial_scheduler

DOCUMENT = Path(__file__).parents[3] / "docs" / "own_parts.md"


@pytest.mark.parametrize(("value", "epoch", "stops"), [(0.71, 4, True), (0.73, 4, False), (0.1, 2, False)])
def test_the_documented_trial_scheduler_stops_what_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, epoch: int, stops: bool
) -> None:
    code = re.search(r'```python\n("""my_stopping.*?)```', DOCUMENT.read_text(), re.DOTALL)
    assert code is not None
    (tmp_path / "my_stopping.py").write_text(code[1])
    monkeypatch.syspath_prepend(tmp_path)
    scheduler = make_trial_scheduler("my_stopping:Behind", max_epochs=9, grace_period=3, reduction_factor=3)
    peers = [TrialHistory(judged=((2, 0.8), (4, 0.8))), TrialHistory(judged=((4, 0.5),), num_epochs=9)]
    decision = scheduler.decide(TrialHistory(judged=((epoch, value),)), peers)
    assert decision.stop is stops
    assert decision.why == (f"{value:.3f} is a tenth below 0.800" if stops else "")

"""The tracker of docs/own_parts.md works as it stands there."""

import re
from pathlib import Path

import pytest

from study.tracking.background import BackgroundTracking
from study.tracking.registry import make_tracker
from tests.support.tracked import Study

DOCUMENT = Path(__file__).parents[3] / "docs" / "own_parts.md"


def test_the_documented_tracker_is_found_by_its_name_and_shows_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = re.search(
        r'```python\n("""my_tracking\.py""".*?)```', DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert code is not None
    (tmp_path / "my_tracking.py").write_text(code[1])
    monkeypatch.syspath_prepend(tmp_path)
    study = Study(tmp_path, tracking="tracker: 'my_tracking:Names'")
    study.whole_run("fixed-0000")
    study.whole_run("fixed-0001")
    tracking = BackgroundTracking(make_tracker(study.results, study.spec, is_running=True))
    tracking.close("FINISHED")
    study.close()
    assert tracking.problem == ""
    assert (study.results.folder / "names.txt").read_text() == "fixed-0000\nfixed-0001"

"""The end of a study as its tracker is told of it by a later command."""

from pathlib import Path

import pytest

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import Results
from study.tuning.finish import status_of


@pytest.mark.parametrize(
    ("ended", "stopped_early", "status"),
    [
        (None, None, "KILLED"),
        ("2026-11-29T12:00:00+00:00", None, "FINISHED"),
        ("2026-11-29T12:00:00+00:00", "SIGTERM", "KILLED"),
        ("2026-11-29T12:00:00+00:00", "SIGNALS of the source weights are lost.", "FAILED"),
    ],
)
def test_a_study_that_no_driver_holds_ended_as_its_last_driver_wrote_down(
    tmp_path: Path, ended: str | None, stopped_early: str | None, status: str
) -> None:
    results = Results(folder=tmp_path)
    metadata = RunMetadata(ended=ended, stopped_early=stopped_early)
    metadata.write(results.run_metadata)
    assert status_of(results) == status

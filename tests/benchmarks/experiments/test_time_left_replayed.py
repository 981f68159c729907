"""The replay of recorded studies to the estimator of the time left."""

import zipfile
from pathlib import Path

from benchmarks.experiments.time_left import replayed

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "version_0_1_0.zip"


def test_a_recorded_study_is_played_back(tmp_path: Path) -> None:
    with zipfile.ZipFile(SAMPLE) as packed:
        packed.extractall(tmp_path)
    end, num_runs, errors = replayed(tmp_path / "results" / "finished", shares=(0.2, 0.85))
    assert end > 0
    assert num_runs == 17
    (before, now) = errors[-1]
    assert errors[0] == (None, None), "the source weights are still trained"
    assert before is not None
    assert now is not None
    # runs of a third of a second, whose processes and gaps take more than their work
    assert abs(now) < abs(before)
    assert before < -0.5

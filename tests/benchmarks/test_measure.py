"""Ratios of measurements in turns, and a line that is really measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.harness.measure import in_turns, last_json, of_pairs
from benchmarks.lines import ALL

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_ratio_is_the_median_of_the_pairs_with_their_extremes() -> None:
    found = of_pairs([1.0, 2.0, 4.0], [3.0, 4.0, 20.0])
    assert (found.ratio, found.low, found.high, found.n) == (3.0, 2.0, 5.0, 3)
    assert (found.ours, found.theirs) == (2.0, 4.0)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 2.0])])
def test_figures_that_are_no_pairs_are_refused(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="are no pairs"):
        of_pairs(ours, theirs)


def test_the_sides_take_turns_and_the_first_pair_does_not_count() -> None:
    taken: list[str] = []

    def side(name: str, figures: list[float]) -> float:
        taken.append(name)
        return figures.pop(0)

    ours, theirs = [100.0, 1.0, 1.0], [1.0, 2.0, 3.0]
    found = in_turns(lambda: side("ours", ours), lambda: side("theirs", theirs), n=2)
    assert (found.low, found.high, found.n) == (2.0, 3.0, 2)
    assert taken == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]


def test_a_side_that_fails_says_what_it_printed() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        last_json([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_lines_have_different_names() -> None:
    names = [line.name for line in ALL]
    assert len(set(names)) == len(names)


def test_what_was_measured_is_of_lines_that_there_are() -> None:
    latest = json.loads((REPOSITORY / "benchmarks" / "latest.json").read_text())
    assert set(latest) <= {line.name for line in ALL}
    for entry in latest.values():
        assert (entry["low"] or 0) <= entry["ratio"] <= (entry["high"] or entry["ratio"])
        assert entry["n"] >= 1


def test_a_line_is_measured_on_drawn_images_and_a_missing_peer_is_said() -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--peers", "/nowhere", "step", "epoch_fastai"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    rows = {line.split("|")[1].strip(): line for line in done.stdout.splitlines()[2:]}
    assert float(rows["step"].split("|")[2]) > 0
    assert "not measured: /nowhere is missing" in rows["epoch_fastai"]
    assert done.returncode == 1

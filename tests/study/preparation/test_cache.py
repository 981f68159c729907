"""The cache is listed and pruned; nothing goes that a running process uses."""

import os
from pathlib import Path

import pytest

from study.cli import main
from study.preparation.cache_entries import cache_entries, delete, prunable
from trainables.data import DataSource, cache_dir, prepare
from trainables.run import train
from trainables.sharing.leases import cache_in_use, mark_used

LONG_AGO = 1_000_000.0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with an entry of each kind, none of them used for long."""
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path))
    for kind, size in (("data", 4000), ("activations", 3000), ("range_tests", 2000)):
        folder = tmp_path / kind / "k"
        folder.mkdir(parents=True)
        (folder / "content").write_bytes(bytes(size))
        os.utime(folder, (LONG_AGO, LONG_AGO))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "w.pt").write_bytes(bytes(1000))
    os.utime(tmp_path / "weights" / "w.pt", (LONG_AGO, LONG_AGO))
    (tmp_path / "activations" / "k.lock").touch()
    (tmp_path / "test_measurements").mkdir()
    (tmp_path / "test_measurements" / "t.json").write_text("[]")
    return tmp_path


def left(cache: Path) -> list[str]:
    return sorted(entry.kind for entry in cache_entries(cache))


def test_what_is_there_is_listed_the_largest_first(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = cache_entries(cache)
    assert [(e.kind, e.num_bytes, e.in_use) for e in entries] == [
        ("data", 4000, False), ("activations", 3000, False), ("range_tests", 2000, False), ("weights", 1000, False),
    ]  # fmt: skip
    assert main(["cache"]) == 0
    printed = capsys.readouterr().out
    assert f"{cache_dir()}: 0.0 MB" in printed
    assert "activations       1 entry  " in printed
    assert left(cache) == ["activations", "data", "range_tests", "weights"]


def test_pruning_leaves_trained_weights_unless_they_are_named_and_counts_of_measurements_always(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cache", "--prune"]) == 0
    assert "Deleted 3 entries" in capsys.readouterr().out
    assert left(cache) == ["weights"]
    assert main(["cache", "--prune", "--kind", "weights"]) == 0
    assert left(cache) == []
    assert (cache / "test_measurements" / "t.json").exists()


def test_only_what_was_unused_for_so_long_goes(cache: Path) -> None:
    mark_used(cache / "data" / "k")
    assert main(["cache", "--prune", "--unused-days", "1"]) == 0
    assert left(cache) == ["data", "weights"]


def test_what_a_running_process_uses_stays(cache: Path) -> None:
    with cache_in_use(cache, cache / "data" / "k"):
        mark_used(cache / "range_tests" / "k")  # a trial took it
        assert main(["cache", "--prune"]) == 0
        assert left(cache) == ["data", "range_tests", "weights"]
    assert main(["cache", "--prune"]) == 0
    assert left(cache) == ["weights"]


def test_what_is_taken_after_the_listing_stays(cache: Path) -> None:
    listed = prunable(cache_entries(cache))
    with cache_in_use(cache, cache / "data" / "k"):
        assert {entry.kind for entry in delete(cache, listed)} == {"activations", "range_tests"}


def test_what_is_half_made_stays_for_a_day(cache: Path) -> None:
    fresh, left_over = cache / "activations" / "n.1.part", cache / "activations" / "o.1.part"
    for folder in (fresh, left_over):
        folder.mkdir()
    os.utime(left_over, (LONG_AGO, LONG_AGO))
    assert main(["cache", "--prune"]) == 0
    assert fresh.exists()
    assert not left_over.exists()


def test_a_run_uses_the_cache_while_it_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path))  # with nothing of other tests in it
    data = prepare(DataSource(digits=True, classes=(5, 6), train_per_class=20))
    config = {
        "recipe": "head_fixed",
        "data": data.key,
        "epochs": 3,
        "width": 4,
        "lr": 0.05,
        "head_lr": 0.05,
    }
    run = train(config)
    next(run)
    assert main(["cache", "--prune"]) == 0
    assert "Deleted 0 entries" in capsys.readouterr().out
    assert data.path.exists()
    assert len(list(run)) == 2

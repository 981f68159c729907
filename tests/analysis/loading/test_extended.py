"""A study that was extended has a report for each of its ends; none is overwritten."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import Comparison, compare, load_study
from analysis.loading.run_metadata import Extension
from analysis.report.in_full import full_text
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs, write_study

WHEN = "2026-11-20T10:00:00+00:00"
SEEDS = Extension(seeds=4, when=WHEN)
TRIALS = Extension(trials=2, when=WHEN)


def added(runs: Sequence[Run], extension: int, *, first_seed: int) -> list[Run]:
    """Return the confirmation runs of some runs as those of an extension."""
    return [
        replace(run, name=f"{run.name}-{extension}", seed=run.seed + first_seed, extension=extension)
        for run in runs
        if run.stage == "confirm"
    ]


def extended_study(folder: Path, extensions: Sequence[Extension], more: Sequence[Run]) -> Path:
    metadata = replace(
        default_metadata(),
        ended="2026-11-21T10:00:00",
        extensions=tuple(extensions),
        before=tuple(default_metadata() for _ in extensions),
    )
    return write_study(folder, [*two_arm_runs(3), *more], metadata=metadata)


def pairs(comparison: Comparison) -> int:
    return comparison.contrasts[0].finals.num_pairs


def test_the_study_as_it_was_begun_reads_as_if_it_had_never_been_extended(tmp_path: Path) -> None:
    never = load_study(write_study(tmp_path / "never", two_arm_runs(3)))
    more = added(two_arm_runs(4, gain=-0.2), 1, first_seed=50)
    first = load_study(extended_study(tmp_path / "toy", [SEEDS], more), extension=0)
    assert full_text(compare(first)) == full_text(compare(never))


def test_more_seeds_join_those_that_there_are_and_the_first_answer_is_quoted(tmp_path: Path) -> None:
    folder = extended_study(tmp_path / "toy", [SEEDS], added(two_arm_runs(4), 1, first_seed=50))
    first = compare(load_study(folder, extension=0))
    study = load_study(folder)
    now = compare(study, before=[first])
    assert (pairs(first), pairs(now)) == (3, 7)
    assert study.settings.num_seeds == 7
    text = full_text(now)
    assert "Before it was extended:\n- 2026-11-01: " in text
    assert "on 2026-11-20 by 4 more confirmation seeds for the same winners" in " ".join(text.split())
    assert "extended" not in full_text(first)
    assert "So this is look 2 at the same winners" in " ".join(text.split())
    level = now.contrasts[0].looks.level(0.05)
    assert level < 0.02
    assert now.contrasts[0].finals.headline.confidence == pytest.approx(1 - level)
    assert now.contrasts[0].level is not None
    assert first.contrasts[0].finals.headline.confidence == 0.95


def test_after_more_trials_only_the_new_confirmation_counts(tmp_path: Path) -> None:
    trials = [
        replace(run, name=f"{run.arm}-{9 + place:04d}", extension=1)
        for place, run in enumerate(r for r in two_arm_runs(1) if r.stage == "search")
    ]
    more = [*trials, *added(two_arm_runs(5), 1, first_seed=50)]
    folder = extended_study(tmp_path / "toy", [TRIALS], more)
    first, now = (compare(load_study(folder, extension=number)) for number in (0, 1))
    assert (pairs(first), pairs(now)) == (3, 5)
    assert [c.search["num_trials"].tolist() for c in (first, now)] == [[3, 3], [6, 6]]
    study = load_study(folder)
    assert study.settings.num_trials == 3 + 2
    assert set(study.predictions["run"]) == {run.name for run in more if run.stage == "confirm"}


def test_seeds_after_trials_join_the_confirmation_that_counts(tmp_path: Path) -> None:
    more = [*added(two_arm_runs(5), 1, first_seed=50), *added(two_arm_runs(4), 2, first_seed=90)]
    folder = extended_study(tmp_path / "toy", [TRIALS, SEEDS], more)
    assert [pairs(compare(load_study(folder, extension=number))) for number in range(3)] == [3, 5, 9]


@pytest.mark.parametrize("number", [-1, 2])
def test_an_extension_that_there_is_not_is_refused(tmp_path: Path, number: int) -> None:
    folder = extended_study(tmp_path / "toy", [SEEDS], [])
    with pytest.raises(ValueError, match=f"extension={number} is not allowed; 0 to 1"):
        load_study(folder, extension=number)

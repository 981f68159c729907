from pathlib import Path

from study.search.jobs import Job, Outcome, run_info
from study.search.ranking import CompletedRun
from study.tuning.finish import drop_weights


def ended(folder: Path, arm: str, number: int, objective: float | None, extension: int = 0) -> CompletedRun:
    run = f"{arm}-confirm-{number}"
    (folder / f"{run}.pt").touch()
    config = {"seed": number, "architecture": "small_resnet", "recipe": "fixed_rate"}
    info = run_info("s", arm, "confirm", run, config)
    job = Job(info=type(info)(**{**vars(info), "overall": True, "extension": extension}), config=config)
    status = "diverged" if objective is None else "finished"
    return CompletedRun(job=job, outcome=Outcome(status=status, objective=objective))  # type: ignore[arg-type]


def kept(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir())


def test_the_best_are_kept_and_while_models_are_to_be_made_each_arms_best(tmp_path: Path) -> None:
    runs = [
        ended(tmp_path, "a", 1, 0.9), ended(tmp_path, "a", 2, 0.8), ended(tmp_path, "a", 3, None),
        ended(tmp_path, "b", 1, 0.2), ended(tmp_path, "b", 2, 0.3),
    ]  # fmt: skip
    drop_weights(tmp_path, runs, keep=2, each_arms_best=True)
    assert kept(tmp_path) == ["a-confirm-1", "a-confirm-2", "b-confirm-2"]
    drop_weights(tmp_path, runs, keep=1, each_arms_best=False)
    assert kept(tmp_path) == ["a-confirm-1"]
    drop_weights(tmp_path, runs, keep=0, each_arms_best=False)
    assert kept(tmp_path) == []


def test_runs_of_winners_that_count_no_more_do_not_push_out_those_that_do(tmp_path: Path) -> None:
    """More trials chose other winners, which are worse on validation by chance."""
    runs = [
        ended(tmp_path, "a", 1, 0.9), ended(tmp_path, "b", 1, 0.8),
        ended(tmp_path, "a", 2, 0.5, extension=1), ended(tmp_path, "b", 2, 0.4, extension=1),
    ]  # fmt: skip
    drop_weights(tmp_path, runs, since=1, keep=1, each_arms_best=True)
    assert kept(tmp_path) == ["a-confirm-2", "b-confirm-2"]
    drop_weights(tmp_path, runs, since=1, keep=1, each_arms_best=False)
    assert kept(tmp_path) == ["a-confirm-2"]

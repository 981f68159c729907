"""The time left of a study whose runs take what the test says."""

import heapq
from itertools import count

import pytest

from study.tuning.time_left import TimeLeft
from trainables.record import EpochRecord

ARMS = ("adapted", "fixed")
EPOCHS = 4


def record(epoch: int, seconds: float, *, validation: float | None, status: str = "running") -> EpochRecord:
    return EpochRecord(
        epoch=epoch, phase="all", cycle=0, cycle_ended=False, judged=False, status=status, rates={}, num_steps=1,  # type: ignore[arg-type]
        body_passes=1, training_seconds=seconds, validation_seconds=validation or 0.0,
        val_objective=None if validation is None else 0.5,
    )  # fmt: skip


def work(stage: str, arm: str, number: int, *, stops: bool) -> tuple[float, int, bool]:
    """Return seconds of an epoch, epochs, and whether every epoch is validated, in 0.3 s."""
    seconds = (0.5 if arm == "adapted" else 1.0) * (1 + 0.1 * (number % 3))
    return seconds, 1 if stops and stage == "search" and number % 2 else EPOCHS, stage == "confirm"


def guesses(
    *, start: float, between: float, stops: bool = False, places: int = 2
) -> tuple[float, list[tuple[float, float | None]]]:
    """Return when a simulated study ends, and the time left that was guessed at every end of a run."""
    left = {("search", arm): 16 for arm in ARMS} | {("selection", arm): 6 for arm in ARMS}
    left |= {("confirm", arm): 10 for arm in ARMS}
    estimator = TimeLeft(num_concurrent_trials=places, begun=0.0)
    told: list[tuple[float, float | None]] = []
    now, names = 0.0, count()
    for stage in ("search", "selection", "confirm"):
        jobs = [(stage, arm, n) for n in range(left[(stage, "fixed")]) for arm in ARMS]
        running: list[tuple[float, str, str]] = []
        while jobs or running:
            while jobs and len(running) < places:
                _, arm, number = jobs.pop(0)
                left[(stage, arm)] -= 1
                run = f"{next(names)}"
                seconds, epochs, every = work(stage, arm, number, stops=stops)
                wait = start if int(run) < places else between
                estimator.started(run, stage, arm, num_epochs=EPOCHS, at=now + wait)  # type: ignore[arg-type]
                for epoch in range(1, epochs + 1):
                    judged = every or epoch == epochs
                    estimator.reported(run, record(epoch, seconds, validation=0.3 if judged else None))
                taken = wait + seconds * epochs + 0.3 * (epochs if every else 1)
                heapq.heappush(running, (now + taken, run, "finished" if epochs == EPOCHS else "stopped"))
            now, run, status = heapq.heappop(running)
            estimator.ended(run, status, at=now)  # type: ignore[arg-type]
            told.append((now, estimator.seconds(left, at=now)))  # type: ignore[arg-type]
    return now, told


@pytest.mark.parametrize(
    ("start", "between", "stops"),
    [(0.0, 0.0, False), (20.0, 1.5, False), (10.0, 4.0, False), (5.0, 1.0, True)],
)
def test_it_is_right_within_a_quarter_from_a_third_of_the_study_on(
    start: float, between: float, stops: bool
) -> None:
    end, told = guesses(start=start, between=between, stops=stops)
    for at, left in told:
        if end / 3 <= at <= 0.9 * end:
            assert left is not None
            assert abs(left / (end - at) - 1) < 0.25, (at, end, left)


def test_nothing_is_said_before_anything_is_known_and_nothing_is_left_in_the_end() -> None:
    estimator = TimeLeft(num_concurrent_trials=2, begun=0.0)
    left = {("search", "fixed"): 3}
    assert estimator.seconds(left, at=1.0) is None  # type: ignore[arg-type]
    estimator.started("a", "search", "fixed", num_epochs=4, at=2.0)
    assert estimator.seconds(left, at=3.0) is None  # type: ignore[arg-type]
    # an epoch in two seconds: four take eight
    estimator.reported("a", record(1, 2.0, validation=None))
    assert estimator.seconds({("search", "fixed"): 0}, at=2.0) == pytest.approx(8.0, abs=2.0)  # type: ignore[dict-item]
    end, told = guesses(start=1.0, between=0.5)
    assert told[-1] == (end, 0.0)


def test_the_minutes_of_a_search_end_it() -> None:
    estimator = TimeLeft(num_concurrent_trials=1, begun=0.0)
    for number in range(3):
        estimator.started(f"{number}", "search", "fixed", num_epochs=4, at=10.0 * number)
        estimator.reported(f"{number}", record(1, 9.0, validation=0.5))
        estimator.ended(f"{number}", "finished", at=10.0 * (number + 1))
    left = {("search", "fixed"): 100}
    assert estimator.seconds(left, at=30.0) == pytest.approx(1000.0, rel=0.05)  # type: ignore[arg-type]
    assert estimator.seconds(left, at=30.0, search_seconds=50.0) == pytest.approx(60.0, rel=0.05)  # type: ignore[arg-type]

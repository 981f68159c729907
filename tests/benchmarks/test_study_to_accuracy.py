"""What the study's level is, and when the search by hand counts as having reached it."""

import pandas as pd
import pytest

from analysis.loading.runs import run_table
from analysis.loading.study import with_values
from benchmarks.lines.study_to_accuracy import FULL, Turn, level_of, ratio_of
from benchmarks.peers.reaching import reaches
from trainables.record import EpochRecord, RunInfo, Stage, Status, to_row

LEVEL = [0.70, 0.72, 0.74]
"""Variance 0.0004: against as many of that spread half a standard error is sqrt(2 * 0.0004 / 3) / 2 = 0.0082."""


@pytest.mark.parametrize(("below", "reached"), [(0.0, True), (0.008, True), (0.009, False), (-0.1, True)])
def test_a_level_is_reached_up_to_half_a_standard_error_below(below: float, reached: bool) -> None:
    assert reaches([value - below for value in LEVEL], LEVEL) is reached


def rows(
    arm: str,
    seed: int,
    values: list[float],
    *,
    status: Status = "finished",
    stage: Stage = "confirm",
    run: str = "",
    lr: float = 0.1,
) -> list[dict[str, object]]:
    info = RunInfo(
        study="toy", arm=arm, stage=stage, run=run or f"{arm}-confirm-{seed}", seed=seed, overall=True,
        architecture="small_resnet", recipe=arm, config={"lr": lr, "seed": seed},
    )  # fmt: skip
    of_epoch = {"phase": "full", "cycle": 0, "cycle_ended": True, "judged": True, "rates": {}}
    return [
        to_row(
            info,
            EpochRecord(
                epoch=epoch, status=status if epoch == len(values) else "running", num_steps=1, body_passes=1,
                val_objective=value, objective=value, **of_epoch,
            ),
        )
        for epoch, value in enumerate(values, start=1)
    ]  # fmt: skip


def runs_of(records: list[dict[str, object]]) -> pd.DataFrame:
    return run_table(with_values(pd.DataFrame(records)))


WINNERS = {"fixed": "fixed-0001", "adapted": "adapted-0002"}
SELECTED = [
    *rows("fixed", 7, [0.9, 0.99], stage="search", run="fixed-0001", lr=0.1),
    *rows("adapted", 7, [0.1, 0.2], stage="search", run="adapted-0002", lr=0.1),
    *rows("fixed", 0, [0.9, 0.70], stage="selection", run="fixed-0001-select-0", lr=0.1),
    *rows("fixed", 0, [0.9, 0.99], stage="selection", run="fixed-0003-select-0", lr=0.2),
    *rows("adapted", 0, [0.1, 0.71], stage="selection", run="adapted-0002-select-0", lr=0.1),
]
"""Adapted's winner was the better one; fixed had a better run that did not win."""


def test_the_level_is_the_confirmed_accuracy_of_the_arm_that_the_selection_found_better() -> None:
    fixed = [*rows("fixed", 1, [0.9, 0.8]), *rows("fixed", 2, [0.9, 0.9])]
    adapted = [*rows("adapted", 1, [0.1, 0.65]), *rows("adapted", 2, [0.1, 0.75])]
    assert level_of(runs_of([*SELECTED, *fixed, *adapted]), WINNERS, seeds=2) == [0.65, 0.75]


def test_an_arm_with_a_run_that_diverged_sets_no_level() -> None:
    adapted = [*rows("adapted", 1, [0.9]), *rows("adapted", 2, [0.9], status="diverged")]
    with pytest.raises(RuntimeError, match="1 of 2 confirmed runs of arm adapted finished"):
        level_of(runs_of([*SELECTED, *adapted]), WINNERS, seeds=2)


def turn(theirs: float, *, reached: bool = True) -> Turn:
    return Turn(
        ours=2.0, theirs=theirs, level=0.7, accuracy=0.71, reached=reached, rounds=1 if reached else 3
    )


def test_a_search_that_never_reaches_the_level_makes_the_ratio_a_lower_bound() -> None:
    whole = ratio_of([turn(4.0), turn(6.0), turn(8.0)], FULL)
    assert (whole.ratio, whole.low, whole.high) == (3.0, 2.0, 4.0)
    assert "bound" not in whole.note
    cut = ratio_of([turn(4.0), turn(6.0), turn(8.0, reached=False)], FULL)
    assert (cut.ratio, cut.low, cut.high) == (3.0, 2.0, None)
    assert cut.note.startswith("a lower bound: in 1 of 3 turns")

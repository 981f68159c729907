"""Time to the accuracy that the best fixed rate ends with, that rate being known beforehand."""

from functools import partial
from pathlib import Path

from analysis import compare, load_study
from benchmarks.harness.level import of_level
from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.harness.study_run import run_study

WIDTH, EPOCHS, SEEDS = 16, 15, 5
GRIDS = {
    1: [1e-2],
    3: [1e-3, 1e-2, 1e-1],
    5: [1e-3, 3e-3, 1e-2, 3e-2, 1e-1],
    9: [1e-3, 2e-3, 3e-3, 6e-3, 1e-2, 2e-2, 3e-2, 6e-2, 1e-1],
}


def measure(settings: Settings, *, num_rates: int, with_search: bool) -> Ratio:
    """Run a study in which the adaptation searches nothing and the fixed arm a grid of rates; take its comparison.

    The adaptation's rate is its range test's suggestion, the rest its defaults. The ratio is the confirmation's, by
    the rules of every study, and its bounds are those of the interval.

    Args:
        settings: With real images, and others to train start weights on.
        num_rates: Of the grid.
        with_search: Whether both sides' search and selection count.

    Raises:
        NotMeasurableError: Without real images.
        RuntimeError: If too few runs reach the target for a ratio.
    """
    if settings.source is None:
        raise NotMeasurableError("needs real images: --images FOLDER --source FOLDER")
    level = compare(load_study(study_results(settings, settings.source, GRIDS[num_rates]))).contrasts[0].level
    return of_level(level, with_search=with_search, note=f"width {WIDTH}, {EPOCHS} epochs")


def study_results(settings: Settings, source: Path, rates: list[float]) -> Path:
    """Return the results of the study with a grid of rates; it is run once for all lines."""
    study = {
        "name": f"fixed{len(rates)}",
        "data": {"target": {"folder": str(settings.images)}, "source": {"folder": str(source)}},
        "model": {
            "architecture": "small_resnet",
            "width": WIDTH,
            "weights": "source",
            "source_epochs": EPOCHS,
        },
        "arms": {
            "adapted": {"recipe": "adaptation", "lr": "auto", "search": {}},
            "fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": rates}}},
        },
        "budget": {"trials": len(rates), "epochs": 2 if settings.quick else EPOCHS},
        "search": {"algorithm": "grid"},
        "confirm": {"seeds": 2 if settings.quick else SEEDS},
        "compare": {"reference": "fixed"},
    }
    results = settings.work / f"fixed{len(rates)}" / "results" / f"fixed{len(rates)}"
    return results if (results / "comparison.txt").exists() else run_study(settings, study).results


LINES = (
    Line(
        name="to_target_oracle",
        what="time to the best fixed rate's final accuracy",
        against="the best of nine fixed rates, known beforehand",
        to_reach=None,
        measure=partial(measure, num_rates=9, with_search=False),
    ),
    *(
        Line(
            name=f"to_target_grid{num_rates}",
            what="the same, search and selection counted on both sides",
            against=f"a grid of {num_rates} fixed rate{'s' if num_rates > 1 else ''}",
            to_reach=None,
            measure=partial(measure, num_rates=num_rates, with_search=True),
        )
        for num_rates in GRIDS
    ),
)

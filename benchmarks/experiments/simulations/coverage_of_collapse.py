"""How often the interval among runs that trained covers a simulated truth where some runs collapse.

Run as `python -m benchmarks.experiments.simulations.coverage_of_collapse [--quick] [--part coverage|alarms]`.

Runs that train are right about 0.85 of the images of two classes, with a spread between seeds, and images that are hard
for all; runs that collapse guess. The truth is the difference among runs that train. The runs of both arms collapse
equally often, or those of one arm alone. Beside it: what an interval that takes all runs alike would cover, and how the
rule finds collapsed runs. The second part, `alarms`, is of studies in which all runs train: how many have a run that is
called collapsed.
"""

import argparse
import itertools
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.findings.contrasts.final_differences import final_differences
from analysis.findings.pairs import Pairing
from analysis.loading.run_metadata import RunMetadata
from analysis.loading.settings import read_settings
from analysis.loading.study_data import StudyData, chance_level
from analysis.statistics.collapse import collapsed_runs

NUM_STUDIES, QUICK_STUDIES = 300, 20
SEEDS, RATES = (5, 10, 20), (0.0, 0.05, 0.1, 0.2)
NUM_IMAGES = 100
SEED_SD, IMAGE_SD = 0.1, 1.0
"""Of the score at which an image is right, in deviations of what a run adds by chance."""

LEVEL = 1.5
LEVELS, DEVIATIONS = (0.6, 0.7, 0.8), (0.02, 0.04)
"""Of the validation accuracies of runs that all train."""
SPEC = {
    "name": "simulated",
    "arms": {"adapted": {"recipe": "adaptation"}, "fixed": {"recipe": "fixed_rate"}},
    "compare": {"reference": "fixed", "objective": "accuracy"},
}


@dataclass
class Tally:
    """Counts over studies."""

    covered: int = 0
    covered_by_all: int = 0
    collapsed: int = 0
    found: int = 0
    trained: int = 0
    false_flags: int = 0


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How the runs of studies of two classes end that all train.

    Attributes:
        level: Mean of the validation accuracy.
        sd: Its standard deviation between seeds.
        num_seeds: Runs of an arm.
        num_arms: Arms.
        skewed: Whether low ends are farther from the mean than high ones; else they are normal.
    """

    level: float
    sd: float
    num_seeds: int
    num_arms: int = 2
    skewed: bool = False


def simulate(*, num_seeds: int, rate: float, num_studies: int, one_arm: bool = False, seed: int = 0) -> Tally:
    """Return what came of the studies, whose arms are equal but for `one_arm`: that only one's runs collapse."""
    generator, tally = np.random.default_rng([seed, num_seeds]), Tally()
    for _ in range(num_studies):
        lost = generator.random((2, num_seeds)) < rate
        lost[1] &= not one_arm
        data, pairing = _study(lost, generator)
        chance = chance_level(data.metadata, data.settings.measured)
        flags = collapsed_runs(data.runs, chance=chance)
        flagged = flags.loc[[f"{arm}-{s}" for arm in SPEC["arms"] for s in range(num_seeds)]].to_numpy()
        truly = lost.ravel()
        tally.collapsed += int(truly.sum())
        tally.found += int((flagged & truly).sum())
        tally.trained += int((~truly).sum())
        tally.false_flags += int((flagged & ~truly).sum())
        tally.covered += _covers(data, pairing, flags)
        tally.covered_by_all += _covers(data, pairing, pd.Series(False, index=flags.index))
    return tally


def share_with_alarms(ends: Ends, *, num_studies: int, seed: int = 0) -> float:
    """Return the share of studies, of which all runs train, in which one is called collapsed."""
    generator, called = np.random.default_rng([seed, ends.num_seeds, ends.num_arms]), 0
    size = (ends.num_arms, ends.num_seeds)
    for _ in range(num_studies):
        shape = generator.standard_normal(size)
        if ends.skewed:  # to the left: a gamma distribution of shape 4, mirrored
            shape = (4 - generator.gamma(4, size=size)) / 2
        values = (ends.level + ends.sd * shape).clip(0, 1)
        runs = pd.DataFrame(
            {
                "stage": "confirm",
                "arm": np.repeat(np.arange(ends.num_arms), ends.num_seeds),
                "architecture": "x",
                "overall": True,
                "final_val": (values * NUM_IMAGES).round().ravel() / NUM_IMAGES,
            }
        )
        called += bool(collapsed_runs(runs, chance=0.5).any())
    return called / num_studies


def _covers(data: StudyData, pairing: Pairing, flags: pd.Series) -> bool:
    """Return whether the interval covers no difference; one that is not given makes no claim that could be wrong."""
    marked = replace(data, runs=data.runs.assign(collapsed=flags))
    estimate = final_differences(pairing, marked).headline
    if estimate is None or estimate.low is None or estimate.high is None:
        return True
    return estimate.low <= 0 <= estimate.high


def _study(lost: np.ndarray, generator: np.random.Generator) -> tuple[StudyData, Pairing]:
    num_seeds = lost.shape[1]
    labels = np.arange(NUM_IMAGES) % 2
    shared = IMAGE_SD * generator.normal(size=(2, NUM_IMAGES))
    rows, predictions = [], []
    for number, arm in enumerate(SPEC["arms"]):
        own = 0.4 * generator.normal(size=(2, NUM_IMAGES))
        for s in range(num_seeds):
            level = LEVEL + SEED_SD * generator.normal()
            scores = level + shared + own + generator.normal(size=(2, NUM_IMAGES))
            val, test = generator.random((2, NUM_IMAGES)) < 0.5 if lost[number, s] else scores > 0
            run = f"{arm}-{s}"
            rows.append((run, arm, "confirm", s, "x", True, "finished", val.mean(), test.mean()))
            images = {"run": run, "image": range(NUM_IMAGES), "label": labels, "group": None}
            predictions.append(pd.DataFrame({**images, "predicted": np.where(test, labels, 1 - labels)}))
    columns = ["run", "arm", "stage", "seed", "architecture", "overall", "status", "final_val", "final_test"]
    data = StudyData(
        name="simulated",
        settings=read_settings(SPEC),
        metadata=RunMetadata(counts={"val": (NUM_IMAGES // 2, NUM_IMAGES // 2)}),
        records=pd.DataFrame(),
        runs=pd.DataFrame(rows, columns=columns).set_index("run", drop=False).rename_axis(None),
        evaluations=pd.DataFrame(),
        predictions=pd.concat(predictions, ignore_index=True),
    )
    pairs = [(s, f"adapted-{s}", f"fixed-{s}") for s in range(num_seeds)]
    frame = pd.DataFrame(pairs, columns=["seed", "arm_run", "reference_run"])
    return data, Pairing(arm="adapted", reference="fixed", architecture=None, pairs=frame)


def main() -> None:
    """Print the tables, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDIES} studies a cell")
    parser.add_argument("--studies", type=int, default=None)
    parser.add_argument("--part", choices=("coverage", "alarms"))
    chosen = parser.parse_args()
    num_studies = chosen.studies or (QUICK_STUDIES if chosen.quick else NUM_STUDIES)
    if chosen.part in (None, "coverage"):
        _print_coverage(num_studies)
    if chosen.part in (None, "alarms"):
        _print_alarms(num_studies)


def _print_coverage(num_studies: int) -> None:
    print("| collapse | in | n | covered among trained | covered by all runs alike | found | false flags |")
    print("|---|---|---|---|---|---|---|")
    for rate, one_arm, num_seeds in itertools.product(RATES, (False, True), SEEDS):
        tally = simulate(num_seeds=num_seeds, rate=rate, num_studies=num_studies, one_arm=one_arm)
        cells = (
            f"{100 * rate:.0f} %",
            "one arm" if one_arm else "both",
            str(num_seeds),
            f"{100 * tally.covered / num_studies:.1f} %",
            f"{100 * tally.covered_by_all / num_studies:.1f} %",
            f"{tally.found} of {tally.collapsed}",
            f"{tally.false_flags} of {tally.trained}",
        )
        print(f"| {' | '.join(cells)} |", flush=True)


def _print_alarms(num_studies: int) -> None:
    header = " | ".join(f"n = {num_seeds}" for num_seeds in SEEDS)
    print(
        f"\n| accuracy | deviation between seeds | arms | ends | {header} |\n|---|---|---|---|{'---|' * len(SEEDS)}"
    )
    for level, sd, num_arms, skewed in itertools.product(LEVELS, DEVIATIONS, (2, 16), (False, True)):
        cells = [f"{level}", f"{sd}", str(num_arms), "skewed" if skewed else "normal"]
        for num_seeds in SEEDS:
            ends = Ends(level=level, sd=sd, num_seeds=num_seeds, num_arms=num_arms, skewed=skewed)
            cells.append(f"{100 * share_with_alarms(ends, num_studies=num_studies):.1f} %")
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

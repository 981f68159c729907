"""How often the interval among runs that trained covers a simulated truth where some runs collapse.

Run as `python -m benchmarks.experiments.coverage_of_collapse [--quick]`.

Runs that train are right about 0.85 of the images of two classes, with a spread between seeds, and images that are hard
for all; runs that collapse guess. The truth is the difference among runs that train. The runs of both arms collapse
equally often. Beside it: what an interval that takes all runs alike would cover, and how the rule finds collapsed runs.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.collapse import chance_level, collapsed_runs
from analysis.evidence import Evidence
from analysis.facts import read_facts
from analysis.finals import measure_finals
from analysis.pairs import Pairing
from analysis.settings import read_settings

NUM_STUDIES, QUICK_STUDIES = 300, 20
SEEDS, RATES = (5, 10, 20), (0.0, 0.05, 0.1, 0.2)
NUM_IMAGES = 100
SEED_SD, IMAGE_SD = 0.1, 1.0
"""Of the score at which an image is right, in deviations of what a run adds by chance."""

LEVEL = 1.5
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


def simulate(*, num_seeds: int, rate: float, num_studies: int, seed: int = 0) -> Tally:
    """Return what came of the studies, which are of equal arms: the truth is 0."""
    generator, tally = np.random.default_rng([seed, num_seeds]), Tally()
    for _ in range(num_studies):
        lost = generator.random((2, num_seeds)) < rate
        evidence, pairing = _study(lost, generator)
        chance = chance_level(evidence.facts.counts["val"], objective="accuracy")
        flags = collapsed_runs(evidence.runs, chance=chance)
        flagged = flags.loc[[f"{arm}-{s}" for arm in SPEC["arms"] for s in range(num_seeds)]].to_numpy()
        truly = lost.ravel()
        tally.collapsed += int(truly.sum())
        tally.found += int((flagged & truly).sum())
        tally.trained += int((~truly).sum())
        tally.false_flags += int((flagged & ~truly).sum())
        tally.covered += _covers(evidence, pairing, flags)
        tally.covered_by_all += _covers(evidence, pairing, pd.Series(False, index=flags.index))
    return tally


def _covers(evidence: Evidence, pairing: Pairing, flags: pd.Series) -> bool:
    """Return whether the interval covers no difference; one that is not given makes no claim that could be wrong."""
    marked = Evidence(**{**vars(evidence), "runs": evidence.runs.assign(collapsed=flags)})
    estimate = measure_finals(pairing, marked).headline
    if estimate is None or estimate.low is None or estimate.high is None:
        return True
    return estimate.low <= 0 <= estimate.high


def _study(lost: np.ndarray, generator: np.random.Generator) -> tuple[Evidence, Pairing]:
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
    evidence = Evidence(
        settings=read_settings(SPEC),
        facts=read_facts({"counts": {"val": [NUM_IMAGES // 2, NUM_IMAGES // 2]}}),
        runs=pd.DataFrame(rows, columns=columns).set_index("run", drop=False).rename_axis(None),
        evaluations=pd.DataFrame(),
        unfreezings=pd.DataFrame(),
        predictions=pd.concat(predictions, ignore_index=True),
    )
    pairs = [(s, f"adapted-{s}", f"fixed-{s}") for s in range(num_seeds)]
    frame = pd.DataFrame(pairs, columns=["seed", "arm_run", "reference_run"])
    return evidence, Pairing(arm="adapted", reference="fixed", architecture=None, pairs=frame)


def main() -> None:
    """Print the table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDIES} studies a cell")
    parser.add_argument("--studies", type=int, default=None)
    chosen = parser.parse_args()
    num_studies = chosen.studies or (QUICK_STUDIES if chosen.quick else NUM_STUDIES)
    print("| collapse | n | covered among trained | covered by all runs alike | found | false flags |")
    print("|---|---|---|---|---|---|")
    for rate in RATES:
        for num_seeds in SEEDS:
            tally = simulate(num_seeds=num_seeds, rate=rate, num_studies=num_studies)
            cells = (
                f"{100 * rate:.0f} %",
                str(num_seeds),
                f"{100 * tally.covered / num_studies:.1f} %",
                f"{100 * tally.covered_by_all / num_studies:.1f} %",
                f"{tally.found} of {tally.collapsed}",
                f"{tally.false_flags} of {tally.trained}",
            )
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

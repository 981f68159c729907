"""What it costs to normalise images otherwise than a network's start weights know them.

    python -m benchmarks.experiments.weights_normalisation FOLDER --weights FILE --out runs.jsonl [--seeds 3]
        [--what head fine-tuning] [--quick]

Trains the same runs twice, paired by seed: normalised as the weights were trained, and by the training images' own mean
and deviation. Fine-tuning is one cosine over all layers; the head alone trains on frozen features; each at three rates.
Every run measures the test split after its last epoch. Runs that the file has already are left out; the table is
printed at the end, as it stands in docs/evidence.md.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.statistics.paired import paired_t
from trainables.data import DataSource, prepare
from trainables.run import train

SETTINGS = ("weights", "data")

PLANS: Mapping[str, Mapping[str, Any]] = {
    "head": {"recipe": "feature_extraction", "epochs": 20},
    "fine-tuning": {"recipe": "cosine", "epochs": 5, "augment": "crop_flip"},
}
RATES = {"head": (0.03, 0.1, 0.3), "fine-tuning": (0.01, 0.03, 0.1)}
NAMES = {"head": "head alone", "fine-tuning": "fine-tuning"}


def plans(
    *, num_seeds: int, quick: bool, what: Sequence[str] = tuple(PLANS)
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name and the settings of every pair of runs, seed after seed."""
    fewer = {"epochs": 1} if quick else {}
    for seed in range(num_seeds):
        for each in what:
            for lr in RATES[each]:
                yield f"{NAMES[each]}, lr {lr}", {**PLANS[each], "lr": lr, "seed": seed, **fewer}


def measured(config: Mapping[str, Any]) -> dict[str, Any]:
    """Train a run to its end and return what it came to."""
    *_, last = train({**config, "measure_test": True})
    return {
        "val": last.val_accuracy,
        "test": last.test_accuracy,
        "seconds": last.cost_seconds,
        "status": last.status,
    }


def table(runs: Sequence[Mapping[str, Any]], *, confidence: float = 0.95) -> Iterator[str]:
    """Yield the rows of the table: means of both sides, and the paired difference with its t interval."""
    yield "| what trains | runs a side | as the weights | by the data | difference in test accuracy (95 %) |"
    yield "|---|---|---|---|---|"
    sides: defaultdict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for run in runs:
        if run["test"] is not None:
            sides[run["name"]][run["normalisation"], run["seed"]] = run["test"]
    for name, found in sides.items():
        seeds = sorted({seed for _, seed in found})
        pairs = [[found.get((setting, seed)) for setting in SETTINGS] for seed in seeds]
        both = [(ours, theirs) for ours, theirs in pairs if ours is not None and theirs is not None]
        estimate = paired_t([ours - theirs for ours, theirs in both], confidence=confidence)
        if estimate is None:
            continue
        means = [sum(side) / len(both) for side in zip(*both, strict=True)]
        interval = (
            ""
            if estimate.low is None or estimate.high is None
            else f" ({estimate.low:+.3f} to {estimate.high:+.3f})"
        )
        yield (f"| {name} | {len(both)} | {means[0]:.3f} | {means[1]:.3f} | {estimate.mean:+.3f}{interval} |")


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "folder", type=Path, help="images: train and test, or train, val and test, a class each"
    )
    parser.add_argument("--weights", required=True, help="start weights, as in a study file")
    parser.add_argument("--architecture", default="timm/tf_efficientnet_lite0")
    parser.add_argument("--image-size", type=int, default=96)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--what", nargs="+", choices=list(PLANS), default=list(PLANS), help="what trains")
    parser.add_argument("--out", type=Path, required=True, help="a line of JSON for each run")
    parser.add_argument("--quick", action="store_true", help="few epochs, to see that it works")
    arguments = parser.parse_args()
    data = prepare(DataSource(folder=str(arguments.folder), image_size=arguments.image_size))
    common = {
        "data": data.key,
        "architecture": arguments.architecture,
        "weights": arguments.weights,
        "validate": "judged",
        "num_threads": 1,
    }
    runs = (
        [json.loads(line) for line in arguments.out.read_text().splitlines()]
        if arguments.out.exists()
        else []
    )
    done = {(run["name"], run["normalisation"], run["seed"]) for run in runs}
    for name, plan in plans(num_seeds=arguments.seeds, quick=arguments.quick, what=arguments.what):
        for setting in SETTINGS if plan["seed"] % 2 == 0 else reversed(SETTINGS):
            if (name, setting, plan["seed"]) in done:
                continue
            run = {"name": name, "normalisation": setting, "seed": plan["seed"]}
            run |= measured({**common, **plan, "normalisation": setting})
            runs.append(run)
            with arguments.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(run) + "\n")
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()

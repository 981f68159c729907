"""The default configuration beside fastai's `fine_tune`: the same photographs, weights, network, size and epochs.

    python -m benchmarks.experiments.default_fit.peers FOLDER --weights FILE --out runs.jsonl --work FOLDER
        --fastai PYTHON [--seeds 3] [--epochs 8] [--image-size 64]

FOLDER has train and test, a class each. Both train on all of train, which neither validates on, and are measured on
test once; on one thread, seed by seed in turn. Seconds are of the processor, since other work would lengthen those of
the clock. Runs that the file has already are left out; the table is printed at the end.
"""

import argparse
import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from analysis.statistics.paired import paired_t
from benchmarks.experiments.default_fit.tasks import IMAGENET
from study.fitting.default_configuration import default_settings
from trainables.data import DataSource, prepare
from trainables.data.train_and_val import train_and_val
from trainables.run import train

PEER = Path(__file__).parents[2] / "peers" / "fastai_photographs.py"
OURS, FASTAI = "lrstudy fit", "fastai fine_tune"


def ours(arguments: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Train the default configuration as `lrstudy fit` does its final networks."""
    cache = arguments.work / "cache"
    source = DataSource(folder=str(arguments.folder), image_size=arguments.image_size, duplicates="report")
    data = train_and_val(prepare(source, cache=cache), cache=cache)
    used = time.process_time()
    *_, last = train(
        {
            **default_settings("imagenet", epochs=arguments.epochs),
            "epochs": arguments.epochs,
            "architecture": IMAGENET,
            "weights": arguments.weights,
            "data": data.key,
            "cache": str(cache),
            "num_threads": 1,
            "device": "cpu",
            "seed": seed,
            "validate": "judged",
            "measure_test": True,
        }
    )
    return {
        "test": last.test_accuracy,
        "seconds": last.cost_seconds,
        "cpu_seconds": time.process_time() - used,
    }


def fastai(arguments: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Train by fastai in its own environment."""
    given = {
        "images": arguments.folder,
        "weights": arguments.weights,
        "image-size": arguments.image_size,
        "epochs": arguments.epochs,
        "seed": seed,
    }
    options = [text for key, value in given.items() for text in (f"--{key}", str(value))]
    command = [str(arguments.fastai), str(PEER), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


TOOLS: Mapping[str, Callable[[argparse.Namespace, int], dict[str, Any]]] = {OURS: ours, FASTAI: fastai}


def table(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a row for each set of images: both accuracies, their paired difference, and the ratio of seconds."""
    yield "| images | test images' accuracy: the default | fine_tune | difference (95 %) | seconds, ratio | seeds |"
    yield "|---|---|---|---|---|---|"
    by_set: defaultdict[str, dict[tuple[str, int], Mapping[str, Any]]] = defaultdict(dict)
    for run in runs:
        by_set[run["images"]][run["tool"], run["seed"]] = run
    for images, found in by_set.items():
        seeds = sorted({seed for _, seed in found if (OURS, seed) in found and (FASTAI, seed) in found})
        sides = {tool: [found[tool, seed] for seed in seeds] for tool in (OURS, FASTAI)}
        pairs = list(zip(*([run["test"] for run in runs] for runs in sides.values()), strict=True))
        estimate = paired_t([one - other for one, other in pairs], confidence=0.95)
        if len(pairs) < 2 or estimate is None or estimate.low is None or estimate.high is None:
            continue
        shown = [f"{fmean(side):.3f} ± {stdev(side):.3f}" for side in zip(*pairs, strict=True)]
        seconds = [fmean(run["cpu_seconds"] for run in runs) for runs in sides.values()]
        difference = f"{estimate.mean:+.3f} ({estimate.low:+.3f} to {estimate.high:+.3f})"
        yield f"| {images} | {shown[0]} | {shown[1]} | {difference} | {seconds[0] / seconds[1]:.2f} | {len(pairs)} |"


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--fastai", type=Path, required=True, help="the Python of an environment with fastai")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--image-size", type=int, default=64)
    arguments = parser.parse_args()
    runs = (
        [json.loads(line) for line in arguments.out.read_text().splitlines()]
        if arguments.out.exists()
        else []
    )
    for seed in range(arguments.seeds):
        for tool in arguments.tools:
            key = {"images": arguments.folder.name, "tool": tool, "seed": seed}
            if any(all(run[name] == value for name, value in key.items()) for run in runs):
                continue
            runs.append({**key, **TOOLS[tool](arguments, seed)})
            with arguments.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(runs[-1]) + "\n")
            print(runs[-1], flush=True)
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()

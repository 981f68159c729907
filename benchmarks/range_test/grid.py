"""Train every rate of a grid on every case, three seeds each: what a rule's suggestion is held against.

    python -m benchmarks.range_test.grid --data FOLDER --out grid.jsonl [--jobs 2]

FOLDER holds class-folder trees `cifar01`, `cifar02`, `emnist01` and `emnist02`. Lines are appended as runs end;
runs that the file has already are left out, so an interrupted call goes on where it was.
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.range_test.cases import GRID, SEEDS, Case, all_cases, common, images
from trainables import train


def source_weights(case: Case, data: Path, out: Path) -> str:
    """Train the case's start weights, once for all cases that share them."""
    if case.source == "none":
        return "none"
    file = out.with_name(f"{case.source}-{case.architecture}-{case.width}.pt")
    if not file.exists():
        prepared = images(
            case.source, per_class=None if case.source.startswith("digits") else 600, folder=data
        )
        config = {"recipe": "cosine", "lr": 0.03, "data": prepared.key, "weights": "none"}
        config |= common(case, seed=1000) | {"batch_size": 32, "save_weights": str(file)}
        assert list(train(config))[-1].status == "finished"
    return str(file)


def run(job: tuple[Case, float, int], *, data: Path, out: Path) -> dict[str, Any]:
    """Train one rate and return what the file keeps of it."""
    case, lr, seed = job
    prepared = images(case.target, per_class=case.per_class, folder=data)
    config = {"data": prepared.key, "weights": source_weights(case, data, out), **common(case, seed=seed)}
    if case.phase == "all":
        config |= {"recipe": "cosine", "lr": lr}
    else:
        # the last epoch, of all layers, is not looked at
        config |= {"recipe": "adaptation", "head_lr": lr, "head_epochs": 8, "cycle_len": 8, "epochs": 9}
    found = []
    for record in train(config):
        found.append(record)
        if len(found) == 8:
            break
    last = found[-1]
    return {
        "case": case.name,
        "half": case.half,
        "lr": lr,
        "seed": seed,
        "status": "diverged" if last.status == "diverged" else "finished",
        "num_classes": len(prepared.classes),
        "val_accuracy": last.val_accuracy,
        "val_loss": last.val_loss,
        "cost_seconds": last.cost_seconds,
    }


def missing(out: Path) -> Iterator[tuple[Case, float, int]]:
    """Yield the runs that the file does not have yet."""
    lines = out.read_text().splitlines() if out.exists() else []
    have = {(line["case"], line["lr"], line["seed"]) for line in map(json.loads, lines)}
    for seed in SEEDS:
        for case in all_cases():
            for lr in GRID:
                if (case.name, lr, seed) not in have:
                    yield case, lr, seed


def main() -> None:
    """Train what is missing, and print how far it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    for case in all_cases():
        source_weights(case, arguments.data, arguments.out)
    jobs = list(missing(arguments.out))
    work = partial(run, data=arguments.data, out=arguments.out)
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool, arguments.out.open("a") as file:
        for number, line in enumerate(pool.imap_unordered(work, jobs), start=1):
            file.write(json.dumps(line) + "\n")
            file.flush()
            print(f"{number}/{len(jobs)} {line['case']} lr {line['lr']:g} seed {line['seed']}", flush=True)


if __name__ == "__main__":
    main()

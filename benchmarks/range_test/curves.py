"""Run the range tests of every case, three seeds each, as a run with an "auto" rate does.

    python -m benchmarks.range_test.curves --data FOLDER --out curves.jsonl [--repeats 3]

Put the file beside `grid.py`'s: the start weights lie there. Cases that the file has already are left out.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.range_test.cases import SEEDS, Case, all_cases, common, images
from benchmarks.range_test.grid import source_weights
from trainables.range_test import NoSuggestionError, RangeTest
from trainables.run import start


def curves(case: Case, *, seed: int, repeats: int, data: Path, out: Path) -> tuple[RangeTest, ...]:
    """Return the repeated tests of the case's phase."""
    prepared = images(case.target, per_class=case.per_class, folder=data)
    config: dict[str, Any] = {"data": prepared.key, "weights": source_weights(case, data, out)}
    config |= {"range_test_repeats": repeats, **common(case, seed=seed)}
    if case.phase == "all":
        config |= {"recipe": "cosine", "lr": "auto"}
    else:
        config |= {"recipe": "adaptation", "head_lr": "auto", "head_epochs": 1, "epochs": 2}
    fit = start(config)
    try:
        fit.run_epoch()
    except NoSuggestionError as error:
        return error.suggestion.tests
    return fit.suggestions[fit.phases[0].name].tests


def missing(out: Path) -> Iterator[tuple[Case, int]]:
    """Yield the cases and seeds that the file does not have yet."""
    lines = out.read_text().splitlines() if out.exists() else []
    have = {(line["case"], line["seed"]) for line in map(json.loads, lines)}
    for seed in SEEDS:
        for case in all_cases():
            if (case.name, seed) not in have:
                yield case, seed


def main() -> None:
    """Run what is missing, and print how far it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    jobs = list(missing(arguments.out))
    with arguments.out.open("a") as file:
        for number, (case, seed) in enumerate(jobs, start=1):
            tests = curves(case, seed=seed, repeats=arguments.repeats, data=arguments.data, out=arguments.out)
            line = {"case": case.name, "half": case.half, "seed": seed}
            line["tests"] = [dataclasses.asdict(test) for test in tests]
            file.write(json.dumps(line) + "\n")
            file.flush()
            print(f"{number}/{len(jobs)} {case.name} seed {seed}", flush=True)


if __name__ == "__main__":
    main()

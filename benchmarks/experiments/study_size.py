"""How a study's own cost grows with its trials: a stand-in that trains nothing, everything else real.

    python -m benchmarks.experiments.study_size --trials 100 1000

prints a row for each number of trials an arm (two arms): what the driver takes of memory and of time, and MLflow.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

EPOCHS = 10
STUDY = """
name: size
data: {{target: {{digits: true, classes: [5, 6, 7], train_per_class: 20}}}}
model: {{width: 4}}
arms:
  adapted: {{recipe: head_restarts, search: {{lr: {{log_uniform: [1e-3, 0.3]}}, cycle_len: {{choice: [1, 2]}}}}}}
  fixed: {{recipe: fixed_rate, search: {{lr: {{log_uniform: [1e-3, 0.3]}}}}}}
budget: {{trials: {trials}, epochs: {epochs}}}
search: {{algorithm: {algorithm}}}
selection: {{seeds: 0}}
confirm: {{seeds: 0}}
compare: {{reference: fixed}}
"""


def stand_in(config: Mapping[str, Any]) -> None:
    """Report what a trial reports, and train nothing."""
    import math
    from dataclasses import asdict

    from ray import tune

    from trainables.record import EpochRecord

    best = 1 - abs(math.log10(config["lr"]) + 1.5) / 5
    for epoch in range(1, EPOCHS + 1):
        value = best * (1 - math.exp(-epoch / 4))
        record = EpochRecord(
            epoch=epoch, phase="all", cycle=0, cycle_ended=epoch == EPOCHS, judged=epoch == EPOCHS,
            status="finished" if epoch == EPOCHS else "running", rates={"stem": config["lr"], "head": config["lr"]},
            num_steps=10, body_passes=60, train_loss=1 - value, train_objective=value, val_loss=1 - value,
            val_accuracy=value, val_balanced_accuracy=value, val_objective=value, images_per_second=1e3,
            objective=value if epoch == EPOCHS else None, training_seconds=0.1, validation_seconds=0.1,
            cost_seconds=0.1 * epoch,
        )  # fmt: skip
        tune.report({name: value for name, value in asdict(record).items() if value is not None})


def run_one(folder: Path, trials: int, algorithm: str) -> None:
    """Run one study in this process and print what it took, as JSON."""
    import trainables
    from study.spec.study_file import load_spec
    from study.tracking.mlflow_tracker.sync import MlflowSync
    from study.tuning.runner import run_study

    trainables.adapt = stand_in
    spent = {"send": 0.0, "close_study": 0.0}

    def timed(name: str) -> None:
        method = getattr(MlflowSync, name)

        def measured(self: MlflowSync, *arguments: Any) -> Any:
            begun = time.thread_time()
            try:
                return method(self, *arguments)
            finally:
                spent[name] += time.thread_time() - begun

        setattr(MlflowSync, name, measured)

    for name in spent:
        timed(name)
    file = folder / "size.yaml"
    file.write_text(STUDY.format(trials=trials, epochs=EPOCHS, algorithm=algorithm))
    begun = time.monotonic()
    result = run_study(load_spec(file))
    wall = time.monotonic() - begun
    metadata = json.loads((result.folder / "run.json").read_text())
    size = sum(each.stat().st_size for each in result.folder.rglob("*") if each.is_file())
    print(
        json.dumps(
            {
                "search_seconds": metadata["stages"]["search"],
                "wall_seconds": wall,
                "mlflow_cpu_seconds": spent["close_study"] + spent["send"],
                "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "results_megabytes": size / 1e6,
                "store_megabytes": (result.folder.parent / "mlflow.db").stat().st_size / 1e6,
                "problems": result.problems,
            }
        )
    )


def main() -> None:
    """Run each size in a fresh process and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 1000], help="of each of two arms")
    parser.add_argument("--algorithm", default="random", choices=["random", "tpe", "quasi_random"])
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        run_one(arguments.one, arguments.trials[0], arguments.algorithm)
        return
    print(
        "| trials | search, s a trial | all, s a trial | MLflow's thread, CPU s a trial | driver's peak, MB | ",
        end="",
    )
    print("results, MB | MLflow's store, MB |\n|---|---|---|---|---|---|---|", flush=True)
    for trials in arguments.trials:
        with tempfile.TemporaryDirectory() as folder:
            command = [
                sys.executable,
                "-m",
                "benchmarks.experiments.study_size",
                "--one",
                folder,
                "--trials",
                str(trials),
            ]
            done = subprocess.run(
                [*command, "--algorithm", arguments.algorithm],
                capture_output=True, text=True, check=False, env={**os.environ, "LRSTUDY_CACHE": f"{folder}/cache"},
            )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr)
        found, both = json.loads(done.stdout.splitlines()[-1]), 2 * trials
        print(
            f"| {both} | {found['search_seconds'] / both:.3f} | {found['wall_seconds'] / both:.3f} | "
            f"{found['mlflow_cpu_seconds'] / both:.3f} | {found['peak_megabytes']:.0f} | "
            f"{found['results_megabytes']:.1f} | {found['store_megabytes']:.1f} |",
            flush=True,
        )
        if found["problems"]:
            print(found["problems"])


if __name__ == "__main__":
    main()

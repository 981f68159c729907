"""What bfloat16 does to accuracy: the same runs in float32 and in bfloat16, a pair a seed.

    python -m benchmarks.experiments.precision --images FOLDER

prints, for each recipe, the mean validation accuracy of both, the mean difference with its 95 % t-interval, and how
many times faster the epochs were: `small_resnet` of width 16, 15 epochs, one thread, channels last on both sides, which
take turns in beginning.
"""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from analysis.statistics.paired import paired_t
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import Settings
from trainables import train

WIDTH, EPOCHS, SEEDS = 16, 15, 8
PRECISIONS = ("float32", "bfloat16")
RECIPES: tuple[dict[str, Any], ...] = (
    {"recipe": "fixed_rate", "lr": 0.03},
    {"recipe": "one_cycle", "lr": 0.1},
)


def main() -> None:
    """Print a row for each recipe."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--images", type=Path, required=True, help="folder of train/CLASS/*.jpg, val/..., test/..."
    )
    parser.add_argument("--seeds", type=_pairs, default=SEEDS, help="pairs of each recipe (%(default)s)")
    arguments = parser.parse_args()
    print("| recipe | float32 | bfloat16 | difference (95 %) | n | times faster |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(images=arguments.images.resolve(), source=None, peers=Path(), work=Path(folder))
        for recipe in RECIPES:
            print(_row(settings, recipe, range(arguments.seeds)), flush=True)


def _row(settings: Settings, recipe: dict[str, Any], seeds: range) -> str:
    """Train the pairs of a recipe and return its row."""
    pairs = [_pair(settings, recipe, seed=seed) for seed in seeds]
    single, half = ([pair[side][0] for pair in pairs] for side in (0, 1))
    difference = paired_t([b - a for a, b in zip(single, half, strict=True)], confidence=0.95)
    assert difference is not None, "there are pairs"
    faster = statistics.median(a[1] / b[1] for a, b in pairs)
    return (
        f"| {recipe['recipe']} | {statistics.mean(single):.3f} | {statistics.mean(half):.3f} | "
        f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f}) | {len(seeds)} | {faster:.2f} |"
    )


def _pair(settings: Settings, recipe: dict[str, Any], *, seed: int) -> list[tuple[float, float]]:
    """Return what the run in float32 and that in bfloat16 reached and took; every other pair begins with the second."""
    order = PRECISIONS if seed % 2 == 0 else PRECISIONS[::-1]
    found = {precision: _run(settings, recipe, seed=seed, precision=precision) for precision in order}
    return [found[precision] for precision in PRECISIONS]


def _run(settings: Settings, recipe: dict[str, Any], *, seed: int, precision: str) -> tuple[float, float]:
    """Return the last epoch's validation accuracy and the seconds of all epochs' training."""
    config = run_config(
        settings, width=WIDTH, epochs=EPOCHS, seed=seed, precision=precision, channels_last=True, num_threads=1,
        **recipe,
    )  # fmt: skip
    records = list(train(config))
    accuracy = records[-1].val_accuracy
    if accuracy is None:
        raise RuntimeError(f"the run with seed {seed} in {precision} ended with status {records[-1].status}")
    return accuracy, sum(record.training_seconds for record in records)


def _pairs(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r}: 2 or more are allowed")
    return int(text)


if __name__ == "__main__":
    main()

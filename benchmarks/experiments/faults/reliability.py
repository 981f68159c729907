"""Inject faults into small studies on real processes and print the table of docs/reliability.md.

python -m benchmarks.experiments.faults.reliability --times 20 --done counts.jsonl driver_killed worker_killed
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.experiments.faults import injections
from benchmarks.experiments.faults.victims import Counts, run_whole

Injection = Callable[[Path, Path, random.Random], Counts]

INJECTIONS: dict[str, tuple[str, Injection]] = {
    "driver_killed": ("SIGKILL of the driver, twice, `resume` after each", injections.driver_killed),
    "stopping": (
        "SIGKILL of the driver, twice, of a study whose trials a rule stops early",
        injections.driver_killed_while_trials_are_stopped,
    ),
    "driver_terminated": (
        "SIGTERM of the driver, twice, `resume` after each",
        lambda folder, whole, moment: injections.driver_killed(folder, whole, moment, signal.SIGTERM),
    ),
    "interrupted_twice": ("SIGINT twice, then `resume`", injections.interrupted_twice),
    "node_left": ("one of a cluster's two nodes taken away", injections.node_left),
    "worker_killed": ("SIGKILL of a trial's process, four times", injections.worker_killed),
    "states_truncated": ("SIGKILL of the driver, all saved states cut in half", injections.states_truncated),
    "cache_damaged": (
        "SIGKILL of the driver, every file of the cache cut in half",
        injections.cache_damaged,
    ),
    "server_failing": (
        "tracking server killed and restarted, behind a proxy that fails, delays and loses answers",
        injections.server_failing,
    ),
    "disk_full": ("results on a disk with too little room, then with enough", injections.disk_full),
    "journal_truncated": ("SIGKILL of the driver, end of the journal cut off", injections.journal_truncated),
}


def main() -> int:
    """Print a row a fault as it is done; return 1 where anything was lost, changed, doubled, left open or not ended."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("faults", nargs="*", choices=[*INJECTIONS, []], help="all of them if none is named")
    parser.add_argument("--times", type=int, default=5, help="injections of each")
    parser.add_argument(
        "--done", type=Path, help="file of the injections that were done, to go on from and to add to"
    )
    arguments = parser.parse_args()
    done = _read(arguments.done)
    with tempfile.TemporaryDirectory() as base:
        whole: Path | None = None
        for name in arguments.faults or INJECTIONS:
            for seed in range(arguments.times):
                if (name, seed) in done:
                    continue
                whole = whole or run_whole(Path(base) / "whole")
                done[name, seed] = _inject(INJECTIONS[name][1], Path(base) / f"{name}-{seed}", whole, seed)
                print(f"{name} {seed}: {done[name, seed] or 'did not end'}", file=sys.stderr, flush=True)
                if arguments.done:
                    with arguments.done.open("a") as file:
                        counts = done[name, seed]
                        file.write(json.dumps([name, seed, asdict(counts) if counts else None]) + "\n")
    print("| fault | injected | drivers a study | lost | changed | twice | left open | ended |")
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.faults or INJECTIONS:
        print(_row(name, [counts for (fault, _), counts in done.items() if fault == name]))
    return int(not all(counts is not None and counts.is_whole for counts in done.values()))


def _inject(inject: Injection, folder: Path, whole: Path, seed: int) -> Counts | None:
    """Return what was counted; None where the study did not end."""
    try:
        return inject(folder, whole, random.Random(seed))
    except (AssertionError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return None


def _row(name: str, found: list[Counts | None]) -> str:
    ended = [counts for counts in found if counts is not None]
    lives = [counts.lives for counts in ended]
    drivers = f"{min(lives)} ... {max(lives)}" if lives else "-"
    sums = [
        sum(getattr(counts, key) for counts in ended) for key in ("lost", "changed", "duplicated", "orphans")
    ]
    return (
        f"| {INJECTIONS[name][0]} | {len(found)} | {drivers} | {' | '.join(map(str, sums))} | {len(ended)} |"
    )


def _read(path: Path | None) -> dict[tuple[str, int], Counts | None]:
    if path is None or not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {(name, seed): Counts(**counts) if counts else None for name, seed, counts in lines}


if __name__ == "__main__":
    sys.exit(main())

"""Inject faults into small studies on real processes and print the table of docs/reliability.md.

python -m benchmarks.reliability --times 20 driver_killed worker_killed
"""

import argparse
import random
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults import injections
from tests.faults.victims import Counts, run_whole

Injection = Callable[[Path, Path, random.Random], Counts]

INJECTIONS: dict[str, tuple[str, Injection]] = {
    "driver_killed": ("SIGKILL of the driver, twice, `resume` after each", injections.driver_killed),
    "driver_terminated": (
        "SIGTERM of the driver, twice, `resume` after each",
        lambda folder, whole, moment: injections.driver_killed(folder, whole, moment, signal.SIGTERM),
    ),
    "interrupted_twice": ("SIGINT twice, then `resume`", injections.interrupted_twice),
    "worker_killed": ("SIGKILL of a trial's process", injections.worker_killed),
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
    """Print a row a fault as it is done; return 1 where anything was lost, changed, doubled or left open."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("faults", nargs="*", choices=[*INJECTIONS, []], help="all of them if none is named")
    parser.add_argument("--times", type=int, default=5, help="injections of each")
    arguments = parser.parse_args()
    print("| fault | injected | drivers a study | lost | changed | twice | left open | ended |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    wrong = False
    with tempfile.TemporaryDirectory() as base:
        whole = run_whole(Path(base) / "whole")
        for name in arguments.faults or INJECTIONS:
            text, inject = INJECTIONS[name]
            found = [
                inject(Path(base) / f"{name}-{seed}", whole, random.Random(seed))
                for seed in range(arguments.times)
            ]
            wrong |= not all(counts.is_whole for counts in found)
            lives = [counts.lives for counts in found]
            print(
                f"| {text} | {len(found)} | {min(lives)} ... {max(lives)} | {sum(c.lost for c in found)} | "
                f"{sum(c.changed for c in found)} | {sum(c.duplicated for c in found)} | "
                f"{sum(c.orphans for c in found)} | {len(found)} |",
                flush=True,
            )
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())

"""How long `lrstudy --help` takes, beside importing PyTorch."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.settings import Settings

TURNS = 9


def _seconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def measure(settings: Settings) -> Ratio:
    """Measure seconds of whole processes."""
    lrstudy = str(Path(sys.executable).parent / "lrstudy")
    return in_turns(
        lambda: _seconds(lrstudy, "--help"),
        lambda: _seconds(sys.executable, "-c", "import torch"),
        n=settings.turns(TURNS),
        note="seconds of a process",
    )


LINES = (
    Line(
        name="import_help",
        what="`lrstudy --help`",
        against="`python -c 'import torch'`; 3.3 times faster is 0.3 of its time",
        to_reach=3.3,
        measure=measure,
    ),
)

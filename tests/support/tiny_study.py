"""A study of seconds, and the real command line that runs it."""

import subprocess
import sys
from pathlib import Path

LRSTUDY = [str(Path(sys.executable).parent / "lrstudy")]

STUDY = """
name: tiny
data:
  target: {digits: true, classes: [5, 6, 7], train_per_class: 20}
  source: {digits: true, classes: [0, 1, 2]}
model: {architecture: {choice: [small_resnet]}, weights: source, width: 4, source_epochs: 2}
training: {batch_size: 16, augment: crop}
arms:
  adapted: {recipe: adaptation, search: {lr: {log_uniform: [1e-2, 0.3]}, cycle_mult: {choice: [1, 2]}}}
  fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-2, 0.3]}}}
budget: {trials: 3, epochs: 4}
selection: {top: 2, seeds: 1}
confirm: {seeds: 3}
compare: {reference: fixed, cost_per_hour: 2.5}
"""


def lrstudy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the status is the test's matter
        [*LRSTUDY, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        stdin=subprocess.DEVNULL,
    )

"""Training epochs from a folder of JPEGs, against fastai."""

from functools import partial

from benchmarks.harness.line import Line
from benchmarks.lines.epoch_folder import measure

LINES = (
    Line(
        name="epoch_fastai",
        what="seconds of a training epoch from a folder of JPEGs, width 8",
        against="fastai's ImageDataLoaders and Learner with the best number of workers",
        to_reach=1.8,
        measure=partial(measure, script="fastai_epochs.py", width=8),
    ),
)

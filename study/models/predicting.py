"""Answers about many files, batch by batch."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from study.models.answer_table import table_of
from study.models.opening import Model


def predict_files(
    model: Model, files: Sequence[Path], *, batch: int, done: Callable[[int], None]
) -> pd.DataFrame:
    """Return a row for each file, in order: `path`, then the model's columns; see `table_of`.

    Args:
        model: Is asked.
        files: Whatever they are; of one that cannot be read the `error` says why.
        batch: Files at a time.
        done: Is told after each batch how many it had.
    """
    rows: list[tuple[object, ...]] = []
    for start in range(0, len(files), batch):
        part = files[start : start + batch]
        rows += model.answers(part)
        done(len(part))
    return table_of(tuple(files), rows, model.columns)

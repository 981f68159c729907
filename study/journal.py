"""The study's records on disk: a journal that grows line by line, and the tables that are made of it."""

import json
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from study.line_files import LineFile, read_lines
from study.results import write_whole
from trainables.data import Split
from trainables.record import AS_JSON, NOT_TABULAR, EpochRecord, RunInfo, to_row

RECORDS = "records.jsonl"
PREDICTIONS = "predictions.jsonl"
TEST_SPLIT = "test_split.json"
TIME = "time_ms"
"""What a line has beside its record: when it was written, in milliseconds since 1970."""


class Journal:
    """Appends one line for every epoch of every run; what is written survives the driver's end.

    Attributes:
        folder: `results/NAME/journal`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows = LineFile(folder / RECORDS)
        self._predictions = LineFile(folder / PREDICTIONS)

    def write(self, info: RunInfo, record: EpochRecord) -> None:
        """Append a record; before it the predictions where it has some, so that a whole record has them."""
        if record.test_predictions is not None:
            predictions = {
                "arm": info.arm,
                "run": info.run,
                "seed": info.seed,
                "architecture": info.architecture,
                "overall": info.overall,
                "predicted": record.test_predictions,
                "true_probability": record.test_true_probabilities,
            }
            self._predictions.append(json.dumps(predictions))
        row = {**to_row(info, record), TIME: time.time_ns() // 1_000_000}
        self._rows.append(json.dumps(row))

    def write_test_split(self, test: Split) -> None:
        """Write the labels and names of the test images, so that the journal is enough for the tables."""
        content = {"label": test.labels.tolist(), "id": list(test.ids)}
        write_whole(self.folder / TEST_SPLIT, json.dumps(content))

    def close(self) -> None:
        """Close the files."""
        self._rows.close()
        self._predictions.close()


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a journal's records, each epoch of a run once."""
    seen: set[tuple[str, int, bool]] = set()
    for row in read_lines(folder / RECORDS):
        key = (row["run"], row["epoch"], row["status"] == "running")
        if key not in seen:
            seen.add(key)
            yield row


def _read_predictions(folder: Path, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the predictions of every finished run, once: a driver may have died before it wrote the record."""
    finished = set(rows.loc[rows["status"] == "finished", "run"])
    last = {line["run"]: line for line in read_lines(folder / PREDICTIONS)}
    return [line for run, line in last.items() if run in finished]


def write_tables(results: Path) -> None:
    """Write records.parquet and predictions.parquet from the journal below `results`, whole or not at all.

    Where there is no journal, since the folder was copied without it, the tables stay as they are.
    """
    if not (results / "journal" / RECORDS).exists() and (results / "records.parquet").exists():
        return
    rows = pd.DataFrame(list(read_records(results / "journal")), columns=columns()).fillna({"extension": 0})
    _write(_typed(rows), results / "records.parquet")
    runs = _read_predictions(results / "journal", rows)
    if runs:
        test = json.loads((results / "journal" / TEST_SPLIT).read_text(encoding="utf-8"))
        frames = [
            pd.DataFrame(
                {
                    **{key: run[key] for key in ("arm", "run", "seed", "architecture", "overall")},
                    "image": range(len(test["label"])),
                    "id": test["id"],
                    "label": test["label"],
                    "predicted": run["predicted"],
                    "true_probability": run["true_probability"],
                }
            )
            for run in runs
        ]
        _write(pd.concat(frames, ignore_index=True), results / "predictions.parquet")


def columns() -> list[str]:
    """Return the columns of records.parquet, in order."""
    return [f.name for f in fields(RunInfo)] + [
        f.name for f in fields(EpochRecord) if f.name not in NOT_TABULAR
    ]


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with measurements as floats: a column without any would otherwise have no type."""
    optional = [
        f.name
        for f in fields(EpochRecord)
        if (f.default is None and f.name not in AS_JSON) or f.type in (float, "float")
    ]
    return rows.astype({name: "float64" for name in optional if name in rows})


def _write(frame: pd.DataFrame, path: Path) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    frame.to_parquet(unfinished, index=False)
    unfinished.replace(path)

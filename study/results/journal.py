"""The study's records on disk: a journal that grows line by line, and the tables that are made of it."""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from study.results.folder import write_whole
from study.results.line_files import LineFile, read_lines
from trainables.data import Split
from trainables.record import AS_JSON, NOT_TABULAR, EpochRecord, RunInfo, to_row

RECORDS = "records.jsonl"
PREDICTIONS = "predictions.jsonl"
TEST_SPLIT = "test_split.json"
TIME = "time_ms"
"""What a line has beside its record: when it was written, in milliseconds since 1970."""

CHUNK_ROWS = 20_000
MADE_OF = b"lrstudy.journal_bytes"


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
                "data": info.config.get("data"),
                "predicted": record.test_predictions,
                "true_probability": record.test_true_probabilities,
                **({} if record.test_scores is None else {"scores": record.test_scores}),
            }
            self._predictions.append(json.dumps(predictions))
        row = {**to_row(info, record), TIME: time.time_ns() // 1_000_000}
        self._rows.append(json.dumps(row))

    def write_test_split(self, test: Split, *, data_key: str) -> None:
        """Write the labels, names and groups of test images, so that the journal is enough for the tables.

        Args:
            test: The images.
            data_key: Of the data set that they are of: one of several, where a confirmation has several splits.
        """
        labels = test.labels.tolist()
        if test.labels.ndim == 2:
            labels = ["".join(map(str, row)) for row in labels]
        content = {"label": labels, "id": list(test.ids), "group": list(test.groups)}
        write_whole(_test_split(self.folder, data_key), json.dumps(content))

    def close(self) -> None:
        """Close the files."""
        self._rows.close()
        self._predictions.close()


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a journal's records, each epoch of a run once.

    A run has one configuration, that of its first row: one that went on after its results or the cache were moved is
    given other paths, and is the same run.
    """
    seen: set[tuple[str, int, bool]] = set()
    configs: dict[str, str] = {}
    for row in read_lines(folder / RECORDS):
        key = (row["run"], row["epoch"], row["status"] == "running")
        if key not in seen:
            seen.add(key)
            yield {**row, "config": configs.setdefault(row["run"], row["config"])}


def _read_predictions(folder: Path, finished: set[str]) -> list[dict[str, Any]]:
    """Return the predictions of every finished run, once: a driver may have died before it wrote the record."""
    last = {line["run"]: line for line in read_lines(folder / PREDICTIONS)}
    return [line for run, line in last.items() if run in finished]


def write_tables(results: Path) -> None:
    """Write records.parquet and predictions.parquet from the journal below `results`, whole or not at all.

    Where there is no journal, since the folder was copied without it, the tables stay as they are; also where they were
    made of a journal of the same length, which only grows.
    """
    table, made_of = results / "records.parquet", _length(results / "journal")
    is_whole = made_of == _made_of(table) and (results / "predictions.parquet").exists() == bool(
        list(itertools.islice(read_lines(results / "journal" / PREDICTIONS), 1))
    )
    if table.exists() and (not made_of or is_whole):
        return
    unfinished = table.with_name(f"{table.name}.part")
    finished = _write_records(results / "journal", unfinished, made_of=made_of)
    runs = _read_predictions(results / "journal", finished)
    if runs:
        _write(_predictions_table(results / "journal", runs), results / "predictions.parquet")
    unfinished.replace(table)  # last: it says of which journal both were made


def _predictions_table(journal: Path, runs: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row an image and run. An image has one number, in whichever test splits it is."""
    tests: dict[str, dict[str, Any]] = {}
    numbers: dict[str, int] = {}
    for key in dict.fromkeys(_key_of(run) for run in runs):
        tests[key] = json.loads(_test_split_written(journal, key).read_text(encoding="utf-8"))
        for image in tests[key]["id"]:
            numbers.setdefault(image, len(numbers))
    frames = []
    for run in runs:
        test = tests[_key_of(run)]
        frames.append(
            pd.DataFrame(
                {
                    **{key: run[key] for key in ("arm", "run", "seed", "architecture", "overall")},
                    "image": [numbers[image] for image in test["id"]],
                    "id": test["id"],
                    "group": test.get("group"),  # a journal of an earlier version has none: each image alone
                    "label": test["label"],
                    "predicted": run["predicted"],
                    "true_probability": run["true_probability"],
                    **({"scores": run["scores"]} if "scores" in run else {}),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _key_of(run: dict[str, Any]) -> str:
    return run.get("data") or ""


def _test_split(journal: Path, data_key: str) -> Path:
    return journal / f"test_split-{data_key}.json"


def _test_split_written(journal: Path, data_key: str) -> Path:
    """Return the file of a test split; a journal of an earlier version has one, which does not say whose it is."""
    named = _test_split(journal, data_key)
    return named if named.exists() else journal / TEST_SPLIT


def columns() -> list[str]:
    """Return the columns of records.parquet, in order."""
    return [f.name for f in fields(RunInfo)] + [
        f.name for f in fields(EpochRecord) if f.name not in NOT_TABULAR
    ]


def _length(journal: Path) -> str:
    """Return how long the journal's files are, in bytes; empty where there is none."""
    files = [journal / RECORDS, journal / PREDICTIONS]
    if not files[0].exists():
        return ""
    return " ".join(str(file.stat().st_size) for file in files if file.exists())


def _made_of(table: Path) -> str:
    """Return the length of the journal that a table was made of; empty where it does not say, or can't be read."""
    try:
        metadata: dict[bytes, bytes] = pq.read_schema(table).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return ""
    return metadata.get(MADE_OF, b"").decode()


def _write_records(journal: Path, path: Path, *, made_of: str) -> set[str]:
    """Write the table of records, some rows at a time; return the runs that finished.

    Ten thousand trials of fifty epochs would take 4 GB at once.
    """
    finished: set[str] = set()
    schema = _schema().with_metadata({MADE_OF: made_of.encode()})
    rows = read_records(journal)
    with pq.ParquetWriter(path, schema) as writer:
        while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
            finished |= {row["run"] for row in chunk if row["status"] == "finished"}
            values = ({"extension": 0, "repeat": 1, **row} for row in chunk)
            writer.write_table(pa.Table.from_pylist(list(values), schema=schema))
    return finished


def _schema() -> pa.Schema:
    """Return the types of the columns: a measurement that nobody made is a missing float, a text or parts a string."""
    own = {f.name: f for f in (*fields(RunInfo), *fields(EpochRecord))}
    types: dict[Any, pa.DataType] = {int: pa.int64(), bool: pa.bool_(), float: pa.float64()}
    types |= dict.fromkeys((float | None, int | None), pa.float64())
    return pa.schema(
        (name, pa.string() if name in AS_JSON else types.get(own[name].type, pa.string()))
        for name in columns()
    )


def _write(frame: pd.DataFrame, path: Path) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    frame.to_parquet(unfinished, index=False)
    unfinished.replace(path)

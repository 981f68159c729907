"""The study's records on disk: a journal that grows line by line, and the tables that are made of it."""

import json
import logging
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from study.results import write_whole
from trainables.data import Split
from trainables.record import AS_JSON, NOT_TABULAR, EpochRecord, RunInfo, to_row

logger = logging.getLogger(__name__)

TEST_SPLIT = "test_split.json"


class Journal:
    """Appends one line for every epoch of every run; what is written survives the driver's end.

    Attributes:
        folder: `results/NAME/journal`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._rows = (folder / "records.jsonl").open("a", encoding="utf-8")
        self._predictions = (folder / "predictions.jsonl").open("a", encoding="utf-8")

    def write(self, info: RunInfo, record: EpochRecord) -> None:
        """Append a record, and the predictions where it has some."""
        self._append(self._rows, to_row(info, record))
        if record.test_predictions is not None:
            self._append(
                self._predictions,
                {
                    "arm": info.arm,
                    "run": info.run,
                    "seed": info.seed,
                    "architecture": info.architecture,
                    "overall": info.overall,
                    "predicted": record.test_predictions,
                    "true_probability": record.test_true_probabilities,
                },
            )

    def write_test_split(self, test: Split) -> None:
        """Write the labels and names of the test images, so that the journal is enough for the tables."""
        content = {"label": test.labels.tolist(), "id": list(test.ids)}
        write_whole(self.folder / TEST_SPLIT, json.dumps(content))

    def close(self) -> None:
        """Close the files."""
        self._rows.close()
        self._predictions.close()

    @staticmethod
    def _append(file: Any, value: dict[str, Any]) -> None:
        file.write(json.dumps(value) + "\n")
        file.flush()


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the whole lines of a journal file; one that was cut off by a crash or a full disk is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                logger.warning("%s, line %d is not whole and left out", path, number)


def write_tables(results: Path) -> None:
    """Write records.parquet and predictions.parquet from the journal below `results`, whole or not at all."""
    rows = pd.DataFrame(list(read_lines(results / "journal" / "records.jsonl")), columns=columns())
    _write(_typed(rows), results / "records.parquet")
    runs = list(read_lines(results / "journal" / "predictions.jsonl"))
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

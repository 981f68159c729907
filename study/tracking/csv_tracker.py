"""The CSV tracker: one table a study, a row an epoch of a run, that any spreadsheet opens while the study runs."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.errors import StudyError
from study.results.answer import latest_answer
from study.results.folder import Results, write_whole
from study.results.journal import RECORDS, TIME
from study.results.line_files import LineFile, Tail
from study.spec.study_file import StudySpec
from study.tracking.answer_values import ANSWER_METRICS, MEANS, arm_metrics, arm_to_use, arm_verdict
from study.tracking.base import Tracker
from study.tracking.metrics import ALL_METRICS, SUMMARY_METRICS, epoch_metrics
from study.tracking.searched import searched_settings
from trainables.record import nested

MAX_LINES = 2_000
"""Lines of the journal that are read at once."""

RUN_COLUMNS = ("study_id", "run", "arm", "stage", "repeat", "seed", "recipe", "architecture")
EPOCH_COLUMNS = ("epoch", "status", "time")
ANSWER_COLUMNS: tuple[Any, ...] = ("study_id", "arm", "verdict", "use", *ANSWER_METRICS, *MEANS)
METRICS = tuple(key for key in ALL_METRICS if key not in SUMMARY_METRICS)


class CsvTracker(Tracker):
    """Appends to `NAME.csv`: which run it is, what was searched, the epoch, its metrics and the run's status.

    Every line is written whole, and none twice: those that are there are passed over. The study's own end is a line of
    the stage "study". The answer is a table of its own beside it, `NAME-answer.csv`. MLflow is not imported.
    """

    def __init__(self, results: Results, spec: StudySpec, *, is_running: bool) -> None:
        """Write into the folder that `tracking.csv` names, else beside the results of all studies."""
        super().__init__(results, spec, is_running=is_running)
        folder = results.folder.parent if spec.tracking.csv is None else Path(spec.tracking.csv)
        self._path = folder / f"{spec.name}.csv"
        self._searched = searched_settings(spec)
        self._journal = Tail(results.journal / RECORDS)
        self._study_id = RunMetadata.read(results.run_metadata).study_id
        self._lines: LineFile | None = None
        self._written: set[tuple[str, ...]] = set()

    @property
    def place(self) -> str:
        """The table."""
        return str(self._path)

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns; settings that are searched have the prefix "param/"."""
        return (*RUN_COLUMNS, *(f"param/{key}" for key in self._searched), *EPOCH_COLUMNS, *METRICS)

    def send(self) -> bool:
        """Append the rows of what is new in the journal.

        Raises:
            StudyError: If there is another table of that name.
            OSError: If it can't be written.
        """
        if self._lines is None:
            self._lines = self._opened()
        before = self._journal.position
        rows = self._journal.read(MAX_LINES)
        try:
            for row in rows:
                self._append(self._lines, self._cells(row))
        except OSError:
            self._journal.position = before
            raise
        return bool(rows)

    def close_study(self, status: str) -> None:
        """Append what is left, and the study's end; a study that ended before is not told to have ended twice."""
        while self.send():
            pass
        assert self._lines is not None, "sending opens it"
        ended = RunMetadata.read(self.results.run_metadata).ended or ""
        end = {"study_id": self._study_id, "stage": "study", "status": status, "time": ended}
        self._append(self._lines, end)
        self.give_up()
        self._write_answer()

    def give_up(self) -> None:
        """Close the table."""
        if self._lines is not None:
            self._lines.close()
        self._lines = None

    def _write_answer(self) -> None:
        """Write the latest answer beside the table: a row an arm, with the keys that MLflow's runs have."""
        answer = latest_answer(self.results)
        if answer is None:
            return
        use = arm_to_use(answer)
        rows = [ANSWER_COLUMNS]
        for arm in answer["arms"]:
            metrics = arm_metrics(answer, arm)
            chosen = "yes" if arm == use else "no"
            values = [metrics.get(key, "") for key in (*ANSWER_METRICS, *MEANS)]
            rows.append((self._study_id, arm, arm_verdict(answer, arm), chosen, *values))
        text = "".join(f"{_line(row)}\n" for row in rows)
        write_whole(self._path.with_name(f"{self._path.stem}-answer.csv"), text)

    def _opened(self) -> LineFile:
        """Return the table, with what is there noted; one of other columns is somebody else's, and left as it is."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        header = _line(self.columns)
        content = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        is_new = header.startswith(content)  # nothing is there, or a header that a crash cut off
        if not is_new and self._table().fieldnames != list(self.columns):
            raise StudyError(f"{self._path} is another table: it has other columns; move it away")
        lines = LineFile(self._path)  # a last line that was cut off is dropped
        if is_new:
            lines.append(header)
        self._written = {_identity(row) for row in self._table()}
        return lines

    def _table(self) -> "csv.DictReader[str]":
        return csv.DictReader(io.StringIO(self._path.read_text(encoding="utf-8"), newline=""))

    def _append(self, lines: LineFile, cells: Mapping[str, Any]) -> None:
        identity = _identity({key: str(value) for key, value in cells.items()})
        if identity in self._written:
            return
        lines.append(_line(cells.get(column, "") for column in self.columns))
        self._written.add(identity)
        self.num_sent += 1

    def _cells(self, row: Mapping[str, Any]) -> dict[str, Any]:
        config = nested(row, "config")
        return {
            **{key: row[key] for key in RUN_COLUMNS if key in row},
            "study_id": self._study_id,
            **{f"param/{key}": config.get(key, "") for key in self._searched},
            "epoch": row["epoch"],
            "status": row["status"],
            "time": datetime.fromtimestamp(row[TIME] / 1000, UTC).isoformat(timespec="milliseconds"),
            **epoch_metrics(row),
        }


def _identity(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what no two rows share: an epoch that a run ended within may be reported before, as a whole one."""
    if row["stage"] == "study":
        return (row["study_id"], "", row["time"], row["status"])
    return (row["study_id"], row["run"], row["epoch"], str(row["status"] == "running"))


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()

"""The results folder of a study: made once, held by one driver, never overwritten."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from study.errors import StudyError

LOCK = "driver.lock"
COMPARISON = "comparison.txt"
"""The comparison, as it was printed, beside its report."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """Where a study's files lie.

    Attributes:
        folder: `results/NAME`.
    """

    folder: Path

    @property
    def spec(self) -> Path:
        """The resolved study file."""
        return self.folder / "study.yaml"

    @property
    def run_metadata(self) -> Path:
        """How the study ran, which the records do not say."""
        return self.folder / "run.json"

    @property
    def log(self) -> Path:
        """Everything that Ray, MLflow and lrstudy said."""
        return self.folder / "lrstudy.log"

    @property
    def journal(self) -> Path:
        """Folder of the files that grow while the study runs."""
        return self.folder / "journal"

    @property
    def optuna(self) -> Path:
        """The arms' Optuna studies, as a journal that Optuna's dashboard opens."""
        return self.journal / "optuna.log"

    @property
    def checkpoints(self) -> Path:
        """Folder of the confirmed models."""
        return self.folder / "checkpoints"

    @property
    def models(self) -> Path:
        """Folder of the winners' models, one below it for each arm."""
        return self.folder / "models"

    @property
    def profile(self) -> Path:
        """Traces of steps, and the picture of where the seconds went; where they were asked for."""
        return self.folder / "profile"

    def report_folder(self, extension: int) -> Path:
        """Where the report of the study as it was begun (0) is, or that of its k-th extension."""
        return self.folder / f"extended-{extension}" if extension else self.folder

    @property
    def report_folders(self) -> tuple[Path, ...]:
        """The folders of the reports that were written, the latest last."""
        numbers = range(1 + len(list(self.folder.glob("extended-*"))))
        folders = (self.report_folder(number) for number in numbers)
        return tuple(folder for folder in folders if (folder / COMPARISON).exists())

    @property
    def events(self) -> Path:
        """File of what the drivers did."""
        return self.journal / "events.jsonl"

    def was_begun(self) -> bool:
        """Return whether any run has reported; a study that failed to start has nothing that could be lost."""
        records = self.journal / "records.jsonl"
        return records.exists() and records.stat().st_size > 0

    def is_running(self) -> bool:
        """Return whether a driver holds the study now."""
        if not (self.folder / LOCK).exists():
            return False
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False


def create_results(folder: Path) -> tuple[Results, FileLock]:
    """Make the results folder of a new study and hold it; what a failed start left there is used again.

    Raises:
        StudyError: If a study of that name was run there before, or the folder cannot be written.
    """
    results = Results(folder=folder)
    advice = "give the new one another name (-s name=...), or move that folder away"
    if results.was_begun():
        state = "is running" if results.is_running() else "was run"
        raise StudyError(
            f"a study of this name {state} already: its results are in {folder}. Look at them with "
            f"`lrstudy report {folder}`, or continue it with `lrstudy resume {folder}`; {advice}"
        )
    if not results.spec.exists() and folder.is_dir() and any(file.name != LOCK for file in folder.iterdir()):
        raise StudyError(f"{folder} is not empty and holds no study: {advice}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StudyError(f"another driver is just starting a study in {folder}: {advice}") from error
    except OSError as error:
        raise StudyError(f"cannot write to {folder}: {error.strerror}") from error
    shutil.rmtree(results.journal, ignore_errors=True)
    return results, lock


def hold_results(folder: Path) -> tuple[Results, FileLock]:
    """Hold the results of a study that was run, to continue it.

    Raises:
        StudyError: If there are none, or another driver holds them.
    """
    results = open_results(folder)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StudyError(f"{folder}: the study is running; another driver holds it") from error
    except OSError as error:
        raise StudyError(f"cannot write to {folder}: {error.strerror}") from error
    return results, lock


def open_results(folder: Path) -> Results:
    """Return the results of a study that was run.

    Raises:
        StudyError: If there are none, or a folder above them has a name that no file or store could take down.
    """
    results = Results(folder=folder)
    whole = str(folder.absolute())
    if whole.encode(errors="replace").decode() != whole:
        raise StudyError(f"{folder}: the folder's name, or that of one above it, is not Unicode; rename it")
    if not results.spec.exists():
        raise StudyError(f"{folder} holds no study: there is no study.yaml in it")
    return results


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)

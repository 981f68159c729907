"""The end of a study: its tables, its report, its MLflow run."""

from pathlib import Path

from study.errors import StudyError
from study.journal import write_tables
from study.results import Results, open_results
from study.tracking import Tracker

FILES = ("study.yaml", "records.parquet", "predictions.parquet", "run.json", "report.html")


def report_study(results: Results) -> str:
    """Write the tables and the report of what has been recorded; return the comparison as text."""
    from analysis import compare, load_study, write_report
    from analysis.text import format_comparison

    write_tables(results.folder)
    study = load_study(results.folder)
    comparison = compare(study)
    write_report(study, comparison, results.folder)
    return format_comparison(comparison)


def send_results(results: Results, tracker: Tracker, *, status: str, text: str) -> None:
    """Send the study's files to its MLflow run, close it, and wait until everything has arrived."""
    found = [results.folder / name for name in FILES if (results.folder / name).exists()]
    found += sorted(results.folder.glob("*.csv")) + sorted((results.folder / "figures").glob("*.png"))
    tracker.end_study(status=status, folder=results.folder, files=found, note=text)
    tracker.close()


def report_again(folder: Path) -> str:
    """Write a finished or interrupted study's report from its journal; return the comparison as text.

    Raises:
        StudyError: If the folder holds no study, or the study is running.
    """
    results = open_results(folder)
    if results.is_running():
        raise StudyError(f"{folder}: the study is running; its report comes at its end")
    return report_study(results)

"""Finishing a study: its tables, its report, the weights that are kept, what its tracker still lacks."""

import signal
from collections.abc import Iterable
from pathlib import Path

from analysis.loading.run_metadata import RunMetadata
from study.errors import StudyError
from study.results.answer import write_answer
from study.results.folder import COMPARISON, Results, hold_results, open_results, write_whole
from study.results.journal import write_tables
from study.results.places import read_here
from study.search.ranking import CompletedRun, best
from study.tracking.background import send_rest
from study.tracking.registry import make_tracker
from study.tuning.winner_models import write_models


def report_study(results: Results) -> str:
    """Write the tables and the reports of what has been recorded; return the latest answer as a terminal shows it.

    There is one report of the study as it was begun, and one of each extension, in a folder of its own. Those of before
    the last extension stay as they were written.
    """
    from analysis import Comparison, compare, load_study, write_report
    from analysis.figures.profile import write_profile
    from analysis.report.in_full import full_text
    from analysis.report.terminal import format_comparison
    from analysis.report.values import comparison_values

    write_tables(results.folder)
    compared: list[Comparison] = []
    last = len(RunMetadata.read(results.run_metadata).extensions)
    for number in range(1 + last):
        study = load_study(results.folder, extension=number)
        comparison = compare(study, before=compared)
        compared.append(comparison)
        folder = results.report_folder(number)
        if number == last or not (folder / COMPARISON).exists():
            write_report(comparison, folder)
            write_answer(folder, comparison_values(comparison))
            write_whole(folder / COMPARISON, full_text(comparison))
    write_profile(comparison.data, results.profile)
    return format_comparison(comparison)


def finish_study(results: Results, *, with_models: bool) -> tuple[str, tuple[str, ...]]:
    """Write the reports, and of a whole study the models; return the latest answer, and what went wrong."""
    text = report_study(results)
    return text, write_models(results) if with_models else ()


def drop_weights(
    folder: Path, confirmed: Iterable[CompletedRun], *, since: int = 0, keep: int, each_arms_best: bool
) -> None:
    """Delete the weights of confirmation runs but those of the best, by validation.

    Args:
        folder: Where they lie, one file a run.
        confirmed: The runs that have ended.
        since: The extension that chose the winners that count; earlier winners' runs are not among the best.
        keep: Of all arms together so many are kept.
        each_arms_best: Keep each arm's best beside them: its model is still to be made of it.
    """
    # Of equally good runs the model is made of the first seed's.
    ended = sorted(confirmed, key=lambda each: each.job.info.seed)
    counting = [each for each in ended if each.job.info.extension >= since]
    kept = {each.job.info.run for each in best(counting, keep)}
    if each_arms_best:
        arms = {each.job.info.arm for each in counting}
        of_winners = {
            arm: [e for e in counting if e.job.info.arm == arm and e.job.info.overall] for arm in arms
        }
        kept |= {each.job.info.run for runs in of_winners.values() for each in best(runs, 1)}
    for each in ended:
        if each.job.info.run not in kept:
            (folder / f"{each.job.info.run}.pt").unlink(missing_ok=True)


def report_again(folder: Path) -> str:
    """Write a finished or interrupted study's report from its journal; return the answer as a terminal shows it.

    Raises:
        StudyError: If the folder holds no study, or the study is running.
    """
    results = open_results(folder)
    if results.is_running():
        raise StudyError(f"{folder}: the study is running; its report comes at its end")
    return report_study(results)


def status_of(results: Results) -> str:
    """Return MLflow's status of a study that no driver holds, from what its last driver wrote down."""
    metadata = RunMetadata.read(results.run_metadata)
    if metadata.ended is None:
        return "KILLED"
    if not metadata.stopped_early:
        return "FINISHED"
    return "KILLED" if metadata.stopped_early in signal.Signals.__members__ else "FAILED"


def sync_results(folder: Path) -> str:
    """Send the tracker what it has not got of a study that is not running; return what there is to say.

    Raises:
        StudyError: If the folder holds no study, the study is running, or the tracker does not answer.
    """
    results, lock = hold_results(folder)
    try:
        if not results.run_metadata.exists():
            raise StudyError(f"{folder}: the study had not begun; there is nothing to send")
        tracker = make_tracker(results, read_here(results), is_running=False)
        status = status_of(results)
        send_rest(tracker, status)
    finally:
        lock.release()
    refused = f"; it refused {tracker.refused}" if tracker.refused else ""
    return f"{results.folder.name}: {tracker.place} has all of it; its run is {status}{refused}"

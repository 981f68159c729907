"""Running, resuming and extending a study: what is refused, who holds the results, and then its driver."""

import uuid
from dataclasses import replace
from pathlib import Path

from analysis.loading.run_metadata import Extension, RunMetadata
from study.errors import StudyError
from study.preparation.execution import with_execution
from study.preparation.prepare import Prepared, prepare_study
from study.results.disk_room import in_words
from study.results.folder import (
    Results,
    create_results,
    hold_results,
    open_results,
    write_whole,
)
from study.results.places import is_copy, moved_paths, spec_without_places
from study.spec.study_file import StudySpec, dump_spec, load_spec, read_resolved
from study.tracking.mlflow_tracker.acknowledged import SENT
from study.tracking.registry import tracker_class
from study.tuning.continuing import refuse_changes, refuse_extension, refuse_other_weights
from study.tuning.driver import Driver, StudyResult
from study.tuning.session import quiet, working_in
from trainables.data import cache_dir
from trainables.sharing.leases import cache_in_use

PROFILED = "profiled: a search trial of each arm is traced for some steps, and its seconds are longer"


def results_folder(spec: StudySpec) -> Path:
    """Return where a study's results go: below its `storage`."""
    assert spec.storage is not None, "loading a study file fills it in"
    return Path(spec.storage) / spec.name


def run_study(spec: StudySpec, *, profile: bool = False) -> StudyResult:
    """Run a study from the first trial to the report.

    While it runs, the process works in the results folder, and what Ray and MLflow print goes to its log.

    Args:
        spec: The study.
        profile: Whether to trace some steps of a search trial of each arm and to draw where the seconds went.

    Raises:
        StudyError: If it cannot start (bad data, a name that was used before, a network that does not fit) or
            cannot go on (source weights could not be trained, an arm's trials all crash).
    """
    tracker_class(spec)  # refused before anything is prepared
    with cache_in_use(cache_dir()):  # from before the images are prepared
        prepared = prepare_study(spec)
        results, lock = create_results(results_folder(spec))
        try:
            prepared = with_execution(prepared)
            if profile:
                prepared = replace(prepared, notes=(*prepared.notes, PROFILED))
            write_whole(results.spec, dump_spec(prepared.spec))
            return _drive(prepared, results, profile=profile)
        finally:
            lock.release()


def resume_study(spec: StudySpec, folder: Path | None = None) -> StudyResult:
    """Continue an interrupted study to its end; of a finished one only the report is written again.

    Runs that had ended stay as they are, and those that were running go on from their last saved states.

    Args:
        spec: The study, with the places of today: it may have been moved or copied since it began.
        folder: Its results; None takes the place that `spec` names.

    Raises:
        StudyError: If the study was never begun, is running now, was another one, or can't go on.
    """
    tracker_class(spec)
    results, lock = hold_results(folder or results_folder(spec))
    try:
        with cache_in_use(cache_dir()):
            before = read_resolved(results.spec)
            prepared = _prepared_again(spec, results, before)
            refuse_other_weights(prepared.spec, results)
            _take_up(before, prepared.spec, results)
            return _drive(prepared, results)
    finally:
        lock.release()


def extend_study(folder: Path, extension: Extension) -> StudyResult:
    """Add trials or confirmation seeds to a study that has ended, and run them; the first report stays as it is.

    Args:
        folder: The study's results.
        extension: What is added.

    Raises:
        StudyError: If the study has not ended or is running now, or what is added can't be run.
    """
    results, lock = hold_results(folder.resolve())
    try:
        refuse_extension(results, extension)
        before = read_resolved(results.spec)
        spec = load_spec(results.spec, overrides=tuple(moved_paths(before, results.folder)))
        tracker_class(spec)
        refuse_other_weights(spec, results)
        with cache_in_use(cache_dir()):
            prepared = prepare_study(spec)
            _take_up(before, prepared.spec, results)
            return _drive(prepared, results, extension)
    finally:
        lock.release()


def refuse_other_study(spec: StudySpec, folder: Path) -> None:
    """Refuse a study that is another one than that of the results in `folder`.

    Raises:
        StudyError: With the lines that differ.
    """
    results = open_results(folder)
    _prepared_again(spec, results, read_resolved(results.spec))


def _prepared_again(spec: StudySpec, results: Results, before: StudySpec) -> Prepared:
    """Return a study that was begun, prepared for going on with it as it was."""
    prepared = with_execution(prepare_study(spec), before)
    then, now = map(spec_without_places, (before, prepared.spec))
    refuse_changes(dump_spec(then), dump_spec(now), results.spec)
    return prepared


def _take_up(before: StudySpec, now: StudySpec, results: Results) -> None:
    """Write down where a study's files are now; a copy beside its original is a study of its own in MLflow."""
    if is_copy(before, results):
        metadata = RunMetadata.read(results.run_metadata)
        replace(metadata, study_id=uuid.uuid4().hex).write(results.run_metadata)
        (results.journal / SENT).unlink(missing_ok=True)
    if dump_spec(before) != dump_spec(now):
        write_whole(results.spec, dump_spec(now))


def _drive(
    prepared: Prepared, results: Results, extension: Extension | None = None, *, profile: bool = False
) -> StudyResult:
    try:
        results.checkpoints.mkdir(exist_ok=True)
        results.journal.mkdir(exist_ok=True)
        with quiet(results.log) as console, working_in(results.folder):
            return Driver(prepared, results, console, extension, profile=profile).run()
    except OSError as error:
        raise StudyError(f"{in_words(error)} What was done is kept in {results.folder}") from error
    except KeyboardInterrupt as error:  # while Ray starts, or the second one
        advice = f"what was done is kept; go on with `lrstudy resume {results.folder}`"
        raise KeyboardInterrupt(advice) from error

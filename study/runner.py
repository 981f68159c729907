"""Running a study: one Tuner for everything that is trained, then the comparison."""

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from study.agenda import Agenda
from study.announce import announce
from study.errors import StudyError
from study.facts import confirmation_facts, start_facts
from study.finish import report_study, send_results
from study.journal import Journal
from study.planning import device_of, make_agenda, threads_per_trial
from study.prepare import Prepared, prepare_study
from study.progress import Progress
from study.recorder import Recorder
from study.results import Results, create_results, write_facts, write_whole
from study.searcher import AgendaSearcher
from study.session import quiet, ray_cluster, stopping_on_signals, working_in
from study.slots import num_slots
from study.spec import StudySpec, dump_spec
from study.tracking import Tracker
from study.tracking_place import artifact_location, tracking_uri

TUNE = "tune"
"""Folder of Ray Tune's own files while it runs; everything that matters is in the journal."""


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """What came of a study.

    Attributes:
        folder: Its results.
        stopped: The signal that ended it early; empty where it ran to its end.
        text: The comparison, for a terminal.
        problems: What could not be written or sent, in sentences.
    """

    folder: Path
    stopped: str
    text: str
    problems: tuple[str, ...]


def results_folder(spec: StudySpec) -> Path:
    """Return where a study's results go: below its `storage`."""
    assert spec.storage is not None, "loading a study file fills it in"
    return Path(spec.storage) / spec.name


def run_study(spec: StudySpec) -> StudyResult:
    """Run a study from the first trial to the report.

    While it runs, the process works in the results folder, and what Ray and MLflow print goes to its log.

    Raises:
        StudyError: If it cannot start (bad data, a name that was used before, a network that does not fit) or
            cannot go on (source weights could not be trained, an arm's trials all crash).
    """
    prepared = prepare_study(spec)
    results, lock = create_results(results_folder(spec))
    try:
        write_whole(results.spec, dump_spec(prepared.spec))
        results.checkpoints.mkdir(exist_ok=True)
        with quiet(results.log) as console, working_in(results.folder):
            return _Run(prepared, results, console).run()
    finally:
        lock.release()


class _Run:
    """One study while it runs."""

    def __init__(self, prepared: Prepared, results: Results, console: Console) -> None:
        self._spec = prepared.spec
        self._prepared = prepared
        self._results = results
        self._console = console
        self._facts = start_facts(
            prepared, num_threads=threads_per_trial(self._spec), device=device_of(self._spec)
        )
        self._journal = Journal(results.journal)
        self._agenda = make_agenda(prepared, results, before_confirmation=self._fix_targets)
        self._searcher = AgendaSearcher(self._agenda)
        self._stopped = ""
        self._begun = time.monotonic()

    def run(self) -> StudyResult:
        """Train, record, compare."""
        announce(self._prepared, self._results, self._console)
        with ray_cluster() as nodes, stopping_on_signals(self._stop):  # in this order: Ray sets handlers, too
            slots = num_slots(nodes, cpus=self._spec.resources.cpus, gpus=self._spec.resources.gpus)
            self._facts["num_slots"] = slots
            tracker = self._track()
            try:
                problem = self._train(tracker, slots)
                self._console.print("Writing the report ...")
                text = report_study(self._results)
            except BaseException:  # a second Ctrl-C, too: no run may stay open; it is raised again
                tracker.end_study(
                    status="FAILED", folder=self._results.folder, files=[], note="It broke off."
                )
                tracker.close()
                raise
            send_results(self._results, tracker, status=self._status(), text=text)
        if self._searcher.problem is not None:
            raise StudyError(f"{self._searcher.problem} What was done is kept in {self._results.folder}")
        problems = tuple(p for p in (problem, tracker.problem) if p)
        return StudyResult(folder=self._results.folder, stopped=self._stopped, text=text, problems=problems)

    def _train(self, tracker: Tracker, slots: int) -> str:
        """Run everything through one Tuner; return what could not be recorded, or an empty text."""
        from ray import tune

        from trainables import adapt

        progress = Progress(self._agenda, console=self._console, num_slots=slots)
        recorder = Recorder(self._searcher, journal=self._journal, tracker=tracker, progress=progress)
        wanted = {"cpu": self._spec.resources.cpus, "gpu": self._spec.resources.gpus}
        tuner = tune.Tuner(
            tune.with_resources(adapt, wanted),
            tune_config=tune.TuneConfig(
                search_alg=self._searcher,
                num_samples=-1,
                reuse_actors=True,
                trial_name_creator=self._searcher.namer(),
                trial_dirname_creator=self._searcher.namer(),
            ),
            run_config=tune.RunConfig(
                name=TUNE,
                storage_path=str(self._results.folder),
                callbacks=[recorder],
                stop=_stopper(self._searcher),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
            ),
        )
        try:
            with progress:
                tuner.fit()
        finally:
            recorder.close()
            self._journal.close()
            self._write_end(wall_seconds=time.monotonic() - self._begun)
        shutil.rmtree(self._results.folder / TUNE, ignore_errors=True)
        return recorder.problem

    def _write_end(self, *, wall_seconds: float) -> None:
        agenda, problem = self._agenda, self._searcher.problem
        self._facts |= {
            "ended": datetime.now(UTC).isoformat(),
            "wall_seconds": wall_seconds,
            "stages": agenda.stage_seconds,
            "stopped_early": self._stopped or (str(problem) if problem else None),
            "duplicates_skipped": dict(agenda.duplicates_skipped),
        }
        self._facts["data_notes"] += [
            f"arm {arm} has only {number} different configurations: fewer trials than the other arms"
            for arm, number in agenda.exhausted.items()
        ]
        write_facts(self._results.facts, self._facts)

    def _status(self) -> str:
        if self._searcher.problem is not None:
            return "FAILED"
        return "KILLED" if self._stopped else "FINISHED"

    def _stop(self, signal_name: str) -> None:
        """Stop on a signal; written past the console, because the handler may interrupt it."""
        if not self._stopped:
            words = f"\n{signal_name}: stopping; what is done is kept. Ctrl-C once more ends at once.\n"
            os.write(self._console.file.fileno(), words.encode())
        self._stopped = signal_name
        self._searcher.stopping.set()

    def _track(self) -> Tracker:
        uri, base = self._spec.tracking.uri, self._results.folder.parent
        tracker = Tracker(
            uri=tracking_uri(uri, base),
            artifacts=artifact_location(uri, base),
            experiment=self._spec.tracking.experiment,
            name=self._spec.name,
        )
        facts = self._facts
        tracker.begin_study(
            params={f"version_{name}": version for name, version in facts["versions"].items()}
            | {"data": facts["data_key"], "commit": facts["commit"]},
            tags={"study": self._spec.name, "stage": "study", "mlflow.source.git.commit": facts["commit"]},
        )
        return tracker

    def _fix_targets(self, agenda: Agenda) -> None:
        """Write down the winners and the grid of accuracies before anything is confirmed."""
        self._journal.write_test_split(self._prepared.target.split("test"))
        self._facts |= confirmation_facts(agenda, self._spec, self._prepared)
        write_facts(self._results.facts, self._facts)


def _stopper(searcher: AgendaSearcher) -> Any:
    """Return a Tune stopper that ends all trials once the searcher was told to stop."""
    from ray.tune import Stopper

    class StopOnRequest(Stopper):
        def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
            return False

        def stop_all(self) -> bool:
            return searcher.stopping.is_set()

    return StopOnRequest()

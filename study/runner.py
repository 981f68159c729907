"""Running a study: one Tuner for everything that is trained, then the comparison."""

import logging
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
from study.planning import make_agenda, threads_per_trial
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

logger = logging.getLogger(__name__)

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
    with lock:
        write_whole(results.spec, dump_spec(prepared.spec))
        results.checkpoints.mkdir(exist_ok=True)
        with quiet(results.log) as console, working_in(results.folder):
            return _Run(prepared, results, console).run()


class _Run:
    """One study while it runs."""

    def __init__(self, prepared: Prepared, results: Results, console: Console) -> None:
        self._prepared = prepared
        self._spec = prepared.spec
        self._results = results
        self._console = console
        self._facts = start_facts(prepared, num_threads=threads_per_trial(prepared.spec))
        self._stopped = ""

    def run(self) -> StudyResult:
        """Train, record, compare."""
        announce(self._prepared, self._results, self._console)
        begun = time.monotonic()
        journal = Journal(self._results.journal)
        agenda = make_agenda(
            self._prepared,
            self._results,
            before_confirmation=lambda agenda: self._fix_targets(agenda, journal),
        )
        searcher = AgendaSearcher(agenda)
        tracker = self._track()
        try:
            problem = self._train(agenda, searcher, journal, tracker)
        finally:
            journal.close()
            self._facts |= {
                "ended": datetime.now(UTC).isoformat(),
                "wall_seconds": time.monotonic() - begun,
                "stages": agenda.stage_seconds,
                "stopped_early": self._stopped or (str(searcher.problem) if searcher.problem else None),
                "duplicates_skipped": dict(agenda.duplicates_skipped),
            }
            write_facts(self._results.facts, self._facts)
        self._console.print("Writing the report ...")
        text = report_study(self._results)
        status = "FAILED" if searcher.problem else "KILLED" if self._stopped else "FINISHED"
        send_results(self._results, tracker, status=status, text=text)
        if searcher.problem is not None:
            raise StudyError(f"{searcher.problem} What was done is kept in {self._results.folder}")
        problems = tuple(p for p in (problem, tracker.problem) if p)
        return StudyResult(folder=self._results.folder, stopped=self._stopped, text=text, problems=problems)

    def _train(self, agenda: Agenda, searcher: AgendaSearcher, journal: Journal, tracker: Tracker) -> str:
        """Run everything through one Tuner; return what could not be recorded, or an empty text."""
        from ray import tune

        from trainables import adapt

        wanted = self._spec.resources
        with ray_cluster() as resources:
            slots = num_slots(resources, cpus=wanted.cpus, gpus=wanted.gpus)
            self._facts["num_slots"] = slots
            progress = Progress(agenda, console=self._console, num_slots=slots)
            recorder = Recorder(searcher, journal=journal, tracker=tracker, progress=progress)
            tuner = tune.Tuner(
                tune.with_resources(adapt, {"cpu": wanted.cpus, "gpu": wanted.gpus}),
                tune_config=tune.TuneConfig(
                    search_alg=searcher,
                    num_samples=-1,
                    reuse_actors=True,
                    trial_name_creator=searcher.namer(),
                    trial_dirname_creator=searcher.namer(),
                ),
                run_config=tune.RunConfig(
                    name=TUNE,
                    storage_path=str(self._results.folder),
                    callbacks=[recorder],
                    stop=_stopper(searcher),
                    verbose=0,
                    checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
                ),
            )
            with progress, stopping_on_signals(lambda name: self._stop(name, searcher)):
                tuner.fit()
            recorder.close()
        shutil.rmtree(self._results.folder / TUNE, ignore_errors=True)
        return recorder.problem

    def _stop(self, signal_name: str, searcher: AgendaSearcher) -> None:
        self._stopped = signal_name
        searcher.stopping.set()
        self._console.print(f"{signal_name}: stopping; what is done is kept. Ctrl-C once more ends at once.")

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

    def _fix_targets(self, agenda: Agenda, journal: Journal) -> None:
        """Write down the winners and the grid of accuracies before anything is confirmed."""
        journal.write_test_split(self._prepared.target.split("test"))
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

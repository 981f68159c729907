"""A study's driver: from where earlier drivers left it, through one Tuner, to the report."""

import logging
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from analysis.loading.run_metadata import Extension, RunMetadata
from study.errors import StudyError
from study.preparation.planning import (
    device_of,
    make_agenda,
    needed_of_cache,
    prefix_group,
    threads_per_trial,
)
from study.preparation.prepare import Prepared
from study.results.disk_room import in_words, is_disk_full
from study.results.events import EventLog, StudyTime, pretrained, read_events
from study.results.folder import Results
from study.results.journal import Journal
from study.search.study_plan import Agenda
from study.spec.extensions import extended
from study.tracking.tracker import Tracker
from study.tuning.announce import announce
from study.tuning.collected_metadata import at_start, before_confirmation, continued
from study.tuning.concurrent_trials import num_slots
from study.tuning.confirmed_weights import drop_weights
from study.tuning.continuing import refuse_lost_weights
from study.tuning.finish import finish_study
from study.tuning.judged_runs import JudgedRuns
from study.tuning.progress import Progress
from study.tuning.recorded import recorded_runs
from study.tuning.recorder import Recorder, StudyStopper, reason
from study.tuning.run_states import RunStates
from study.tuning.searcher import AgendaSearcher
from study.tuning.session import ray_cluster, stopping_on_signals
from trainables.prefixes.sharing import prefix_folder
from trainables.sharing.leases import cache_in_use

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """What came of a study.

    Attributes:
        folder: Its results.
        stopped: The signal that ended it early; empty where it ran to its end.
        text: The comparison, for a terminal.
        problems: What could not be written or sent, in sentences.
        report: The folder of the report.
    """

    folder: Path
    report: Path
    stopped: str
    text: str
    problems: tuple[str, ...]


class Driver:
    """One study while it runs, in this process."""

    def __init__(
        self,
        prepared: Prepared,
        results: Results,
        console: Console,
        extension: Extension | None = None,
        *,
        profile: bool = False,
    ) -> None:
        """Bring the study to where earlier drivers left it; an extension counts once nothing stands against it."""
        self._spec = prepared.spec
        self._prepared = prepared
        self._results = results
        self._console = console
        events = read_events(results.events)
        self._metadata = self._known() or at_start(
            prepared,
            num_threads=threads_per_trial(self._spec),
            device=device_of(self._spec),
            profiled=profile,
        )
        if extension is not None:
            self._metadata = extended(self._metadata, extension)
        self._extensions = self._metadata.extensions
        self._time = StudyTime()
        self._journal = Journal(results.journal)
        self._events = EventLog(results.events)
        recorded = recorded_runs(results.journal)
        self._epochs = {name: each.epochs for name, each in recorded.items()}
        self._states = RunStates(results.folder, self._epochs)
        self._agenda = make_agenda(
            prepared,
            results,
            before_confirmation=self._before_confirmation,
            seconds=lambda: self._time.seconds,
            pretrained=pretrained(events),
            extensions=self._extensions,
        )
        self._judged = JudgedRuns(self._spec.make_trial_scheduler())
        self._searcher = AgendaSearcher(
            self._agenda,
            time=self._time,
            log=self._events,
            states=self._states,
            judged=self._judged,
            profile=results.profile if self._metadata.profiled else None,
        )
        self._searcher.replay(events, recorded)
        self._stopped = ""
        if extension is not None:
            refuse_lost_weights(self._agenda)
        self._metadata.write(results.run_metadata)

    def run(self) -> StudyResult:
        """Train, record, compare."""
        announce(self._prepared, self._results, self._console, extensions=self._extensions)
        if not self._searcher.has_more:
            return self._finish_again()
        refuse_lost_weights(self._agenda)
        with (
            cache_in_use(self._prepared.cache, *needed_of_cache(self._prepared)),
            ray_cluster() as nodes,
            stopping_on_signals(self._stop),  # in this order: Ray sets handlers, too
        ):
            slots = num_slots(nodes, cpus=self._spec.resources.cpus, gpus=self._spec.resources.gpus)
            self._metadata = replace(self._metadata, num_slots=slots)
            tracker = Tracker(self._results, self._spec)
            try:
                problem = self._train(slots)
                self._console.print("Writing the report ...")
                text, missing = finish_study(self._results, with_models=self._status() == "FINISHED")
                self._drop_weights(each_arms_best=bool(missing) or self._status() != "FINISHED")
            except OSError as error:
                tracker.close("FAILED", patience_seconds=5.0)
                why = self._searcher.problem or in_words(error)
                raise StudyError(f"{why} What was done is kept in {self._results.folder}") from error
            except BaseException:  # a second Ctrl-C, too: no run may stay open; it is raised again
                tracker.close("FAILED", patience_seconds=5.0)
                raise
            tracker.close(self._status())
        if self._searcher.problem is not None:
            raise StudyError(f"{self._searcher.problem} What was done is kept in {self._results.folder}")
        return self._result(text, (problem, *missing), tracker)

    def _finish_again(self) -> StudyResult:
        """Write and send the results of a study of which nothing is left to train."""
        self._console.print("All runs are done. Writing the report ...")
        self._journal.close()
        self._events.close()
        tracker = Tracker(self._results, self._spec)
        self._write_end()
        text, missing = finish_study(self._results, with_models=True)
        self._drop_weights(each_arms_best=bool(missing))
        tracker.close(self._status())
        self._states.forget_all()
        return self._result(text, missing, tracker)

    def _result(self, text: str, problems: Iterable[str], tracker: Tracker) -> StudyResult:
        problems = tuple(p for p in (*problems, tracker.problem) if p)
        report = self._results.report_folder(len(self._extensions))
        return StudyResult(
            folder=self._results.folder, report=report, stopped=self._stopped, text=text, problems=problems
        )

    def _train(self, slots: int) -> str:
        """Run everything through one Tuner; return what could not be recorded, or an empty text."""
        from ray import tune

        from study.tuning.kept_workers import keep_workers
        from study.tuning.memory_kills import survive_memory_kills
        from study.tuning.tune_state import keep_no_tune_state
        from trainables import adapt

        survive_memory_kills()
        keep_no_tune_state()
        keep_workers(slots)
        self._searcher.num_slots = slots
        os.environ.setdefault(
            "TUNE_MAX_PENDING_TRIALS_PG", str(slots)
        )  # else workers start one after another
        progress = Progress(self._agenda, console=self._console, num_slots=slots)
        progress.take_up(self._agenda.ended_jobs)
        recorder = Recorder(
            self._searcher,
            judged=self._judged,
            journal=self._journal,
            progress=progress,
            states=self._states,
            epochs=self._epochs,
            confirmed=partial(self._drop_weights, each_arms_best=True),
        )
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
                name=self._states.new_driver(),
                storage_path=str(self._results.folder),
                callbacks=[recorder],
                stop=StudyStopper(recorder, all_stop=self._searcher.stopping.is_set),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
            ),
        )
        try:
            with progress:
                tuner.fit()
        # Tune raises whatever its own files make it raise; what counts is in the journal.
        except Exception as error:
            logger.exception("Ray Tune stopped")
            full = is_disk_full(self._results.folder, error)
            self._searcher.stop(StudyError(in_words(error) if full else f"Ray Tune stopped: {reason(error)}"))
        finally:
            recorder.close()
            self._journal.close()
            self._events.close()
            self._agenda.close()
            self._write_end()
        if self._status() == "FINISHED":
            self._states.forget_all()
        return recorder.problem

    def _write_end(self) -> None:
        agenda, problem = self._agenda, self._searcher.problem
        notes = (
            f"arm {name} has only {number} different configurations: fewer trials than the other arms"
            for name, number in agenda.exhausted.items()
        )
        self._metadata = replace(
            self._metadata,
            ended=datetime.now(UTC).isoformat(),
            wall_seconds=self._time.tick(),
            stage_seconds=dict(agenda.stage_seconds),
            stopped_early=self._stopped or (str(problem) if problem else None),
            duplicates_skipped=dict(agenda.duplicates_skipped),
            data_notes=tuple(dict.fromkeys((*self._metadata.data_notes, *notes))),
        )
        self._metadata.write(self._results.run_metadata)

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

    def _drop_weights(self, *, each_arms_best: bool) -> None:
        chosen = max(
            place for place, each in enumerate(self._agenda.rules.rounds) if each.trials or not place
        )
        drop_weights(
            self._results.checkpoints,
            self._agenda.of_stage("confirm"),
            since=chosen,
            keep=self._spec.resources.keep_checkpoints,
            each_arms_best=each_arms_best,
        )

    def _known(self) -> RunMetadata | None:
        """Return the metadata that an earlier driver wrote down."""
        path = self._results.run_metadata
        return continued(RunMetadata.read(path)) if path.exists() else None

    def _before_confirmation(self, agenda: Agenda) -> None:
        """Write down what the confirmation is held against, and let go of what the search has shared."""
        self._fix_targets(agenda)
        shared = prefix_folder(Path(self._prepared.cache), prefix_group(self._spec))
        shutil.rmtree(shared, ignore_errors=True)

    def _fix_targets(self, agenda: Agenda) -> None:
        """Write down the winners and the grid of accuracies before anything is confirmed, once for all drivers."""
        if agenda.round < len(self._extensions) or self._metadata.winners:
            return
        self._journal.write_test_split(self._prepared.target.split("test"))
        self._metadata = before_confirmation(self._metadata, agenda, self._spec, self._prepared)
        self._metadata.write(self._results.run_metadata)

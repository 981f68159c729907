"""A study's driver: from where earlier drivers left it, through one Tuner, to the report."""

import logging
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from analysis.loading.run_metadata import Extension
from study.errors import StudyError
from study.preparation.planning import (
    make_study_plan,
    needed_of_cache,
    prefix_group,
)
from study.preparation.prepare import Prepared
from study.results.disk_room import in_words, is_disk_full
from study.results.events import EventLog, StudyTime, pretrained, read_events
from study.results.folder import Results
from study.results.journal import Journal
from study.search.study_plan import StudyPlan
from study.tracking.background import BackgroundTracking
from study.tracking.registry import make_tracker, tracker_class
from study.tuning.collected_metadata import MetadataFile
from study.tuning.continuing import refuse_lost_weights
from study.tuning.finish import drop_weights, finish_study
from study.tuning.judged_runs import JudgedRuns
from study.tuning.looking import look_at, look_words
from study.tuning.progress import Progress, announce
from study.tuning.provisional import provisional_verdicts
from study.tuning.recorded import recorded_runs
from study.tuning.recorder import Recorder, StudyStopper, reason
from study.tuning.run_states import RunStates
from study.tuning.searcher import PlanSearcher
from study.tuning.session import num_concurrent_trials, ray_cluster, stopping_on_signals
from trainables.prefixes.sharing import prefix_folder
from trainables.sharing.leases import cache_in_use

if TYPE_CHECKING:
    from ray.tune import Tuner

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
        tracker: Its tracker, as the study file names it.
        shown_at: Where that shows it, in words.
    """

    folder: Path
    report: Path
    stopped: str
    text: str
    problems: tuple[str, ...]
    tracker: str
    shown_at: str


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
        self._metadata = MetadataFile(prepared, results.run_metadata, extension=extension, profile=profile)
        if not results.run_metadata.exists():
            self._metadata.write()  # a tracker finds a new study begun
        # One of the user's own may refuse: before an extension counts, and before any file is open.
        self._tracker = make_tracker(results, self._spec, is_running=True)
        self._extensions = self._metadata.now.extensions
        self._time = StudyTime()
        self._journal = Journal(results.journal)
        self._events = EventLog(results.events)
        recorded = recorded_runs(results.journal)
        self._epochs = {name: each.epochs for name, each in recorded.items()}
        self._states = RunStates(results.folder, self._epochs)
        self._plan = make_study_plan(
            prepared,
            results,
            before_confirmation=self._before_confirmation,
            after_look=self._after_look,
            seconds=lambda: self._time.seconds,
            pretrained=pretrained(events),
            extensions=self._extensions,
        )
        self._judged = JudgedRuns(self._spec.make_trial_scheduler())
        self._searcher = PlanSearcher(
            self._plan,
            time=self._time,
            log=self._events,
            states=self._states,
            judged=self._judged,
            profile=results.profile if self._metadata.now.profiled else None,
        )
        self._searcher.replay(events, recorded)
        if extension is not None:
            refuse_lost_weights(self._plan)
        self._metadata.write()

    def run(self) -> StudyResult:
        """Train, record, compare."""
        announce(self._prepared, self._results, self._console, extensions=self._extensions)
        if not self._searcher.has_more:
            return self._finish_again()
        refuse_lost_weights(self._plan)
        with (
            cache_in_use(self._prepared.cache, *needed_of_cache(self._prepared)),
            ray_cluster() as nodes,
            stopping_on_signals(self._stop),  # in this order: Ray sets handlers, too
        ):
            num_trials = num_concurrent_trials(
                nodes, cpus=self._spec.resources.cpus, gpus=self._spec.resources.gpus
            )
            self._metadata.now = replace(self._metadata.now, num_concurrent_trials=num_trials)
            tracking = self._begin_tracking()
            try:
                problem = self._train(num_trials)
                self._console.print("Writing the report ...")
                is_whole = self._status() == "FINISHED"
                text, missing = finish_study(self._results, with_models=is_whole and self._takes_models)
                self._drop_weights(each_arms_best=bool(missing) or not is_whole)
            except OSError as error:
                tracking.close("FAILED", patience_seconds=5.0)
                why = self._searcher.problem or in_words(error)
                raise StudyError(f"{why} What was done is kept in {self._results.folder}") from error
            except BaseException:  # a second Ctrl-C, too: no run may stay open; it is raised again
                tracking.close("FAILED", patience_seconds=5.0)
                raise
            tracking.close(self._status())
        if self._searcher.problem is not None:
            raise StudyError(f"{self._searcher.problem} What was done is kept in {self._results.folder}")
        return self._result(text, (problem, *missing), tracking)

    def _finish_again(self) -> StudyResult:
        """Write and send the results of a study of which nothing is left to train."""
        self._console.print("All runs are done. Writing the report ...")
        self._journal.close()
        self._events.close()
        tracking = self._begin_tracking()
        self._write_end()
        text, missing = finish_study(self._results, with_models=self._takes_models)
        self._drop_weights(each_arms_best=bool(missing))
        tracking.close(self._status())
        self._states.forget_all()
        return self._result(text, missing, tracking)

    def _begin_tracking(self) -> BackgroundTracking:
        return BackgroundTracking(self._tracker)

    @property
    def _takes_models(self) -> bool:
        return tracker_class(self._spec).takes_models

    def _result(self, text: str, problems: Iterable[str], tracking: BackgroundTracking) -> StudyResult:
        problems = tuple(p for p in (*problems, tracking.problem) if p)
        report = self._results.report_folder(len(self._extensions))
        return StudyResult(
            folder=self._results.folder,
            report=report,
            stopped=self._searcher.interrupted_by,
            text=text,
            problems=problems,
            tracker=self._spec.tracking.chosen,
            shown_at=tracking.place,
        )

    def _train(self, num_trials: int) -> str:
        """Run everything through one Tuner; return what could not be recorded, or an empty text."""
        from study.tuning.ray_patches import patch_ray

        patch_ray(num_concurrent_trials=num_trials)
        self._searcher.num_concurrent_trials = num_trials
        os.environ.setdefault(
            "TUNE_MAX_PENDING_TRIALS_PG", str(num_trials)
        )  # else workers start one after another
        progress = Progress(
            self._plan,
            console=self._console,
            num_concurrent_trials=num_trials,
            verdicts=provisional_verdicts(self._spec, self._results),
        )
        progress.take_up(self._plan.completed_runs)
        recorder = Recorder(
            self._searcher,
            judged=self._judged,
            journal=self._journal,
            progress=progress,
            states=self._states,
            epochs=self._epochs,
            confirmed=partial(self._drop_weights, each_arms_best=True),
        )
        tuner = self._tuner(recorder)
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
            self._plan.close()
            self._write_end()
        if self._status() == "FINISHED":
            self._states.forget_all()
        return recorder.problem

    def _tuner(self, recorder: Recorder) -> "Tuner":
        """Return the study's only Tuner: the plan says what runs, the recorder what becomes of it."""
        from ray import tune

        from trainables import adapt

        wanted = {"cpu": self._spec.resources.cpus, "gpu": self._spec.resources.gpus}
        return tune.Tuner(
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
                stop=StudyStopper(recorder, self._searcher),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
            ),
        )

    def _write_end(self) -> None:
        problem = self._searcher.problem
        self._metadata.end(
            self._plan,
            wall_seconds=self._time.tick(),
            stopped_early=self._searcher.interrupted_by or (str(problem) if problem else None),
        )

    def _status(self) -> str:
        if self._searcher.problem is not None:
            return "FAILED"
        return "KILLED" if self._searcher.interrupted_by else "FINISHED"

    def _stop(self, signal_name: str) -> None:
        """Stop on a signal; written past the console, because the handler may interrupt it."""
        if not self._searcher.interrupted_by:
            words = f"\n{signal_name}: stopping; what is done is kept. Ctrl-C once more ends at once.\n"
            os.write(self._console.file.fileno(), words.encode())
        self._searcher.interrupt(signal_name)

    def _drop_weights(self, *, each_arms_best: bool) -> None:
        chosen = max(place for place, each in enumerate(self._plan.budget.rounds) if each.trials or not place)
        drop_weights(
            self._results.checkpoints,
            self._plan.of_stage("confirm"),
            since=chosen,
            keep=self._spec.resources.keep_checkpoints,
            each_arms_best=each_arms_best,
        )

    def _after_look(self, plan: StudyPlan, num_seeds: int) -> tuple[str, ...]:
        """Return the arms that go on after a planned look, which is made once, whichever driver makes it."""
        look = self._metadata.look_at(plan, num_seeds)
        if look is None:
            self._metadata.write()  # what has been fixed up to now is what it goes by
            look = look_at(self._results.folder, num_seeds=num_seeds)
            self._metadata.note_look(look)
            self._console.print(look_words(look), highlight=False, soft_wrap=True)
        return look.going_on

    def _before_confirmation(self, plan: StudyPlan) -> None:
        """Write down what the confirmation is held against, and let go of what the search has shared."""
        if not self._metadata.has_targets(plan):
            for data in self._prepared.splits:  # before the winners say they are there
                self._journal.write_test_split(data.split("test"), data_key=data.key)
            self._metadata.fix_targets(plan)
        shared = prefix_folder(Path(self._prepared.cache), prefix_group(self._spec))
        shutil.rmtree(shared, ignore_errors=True)

"""Progress on the console: what a study will run, then trials done and running, the best so far, time left."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.table import Table

from analysis.loading.run_metadata import Extension
from study.preparation.prepare import Prepared
from study.preparation.splits import splits_sentence
from study.results.folder import Results
from study.search.jobs import Job
from study.search.jobs_left import jobs_left, num_jobs
from study.search.ranking import CompletedRun
from study.search.searches import repeats_sentence, seeds_words
from study.search.study_plan import StudyPlan
from study.tuning.provisional import ProvisionalVerdicts
from study.tuning.time_left import TimeLeft
from trainables.record import EpochRecord, Status
from trainables.text import counted

LINE_SECONDS = 15.0
FEW_ARMS = 4
"""Up to so many arms are all named in a line."""


def announce(
    prepared: Prepared, results: Results, console: Console, *, extensions: Sequence[Extension] = ()
) -> None:
    """Print what will be run, on what, and where it can be looked at."""
    spec, target = prepared.spec, prepared.target
    images = ", ".join(f"{num} {name}" for name, num in target.num_images.items())
    several = "classes" if target.task == "single_label" else "labels"
    size = f"{target.image_size}x{target.image_size}"
    lines = [
        f"Study {spec.name}: {len(target.classes)} {several}, {images} images of {size} px",
        f"Arms {', '.join(arm.name for arm in prepared.arms)}: {counted(spec.budget.trials, 'trial')} of "
        f"{counted(spec.budget.epochs, 'epoch')} each, then {seeds_words(spec)} for each winner",
        *([sentence] if (sentence := repeats_sentence(spec)) else []),
        *([sentence] if (sentence := splits_sentence(spec, prepared.splits)) else []),
        *(_extension(each) for each in extensions),
        f"Networks: {', '.join(prepared.architectures)}",
        f"Results: {results.folder} (log: lrstudy.log)",
        *(f"Note: {note}" for note in (*spec.warnings, *prepared.notes)),
    ]
    console.print("\n".join(lines), highlight=False, soft_wrap=True)


def _extension(extension: Extension) -> str:
    if extension.trials:
        return f"Extended: {counted(extension.trials, 'more trial')} an arm, then each winner chosen and confirmed anew"
    return f"Extended: {counted(extension.seeds, 'more fresh seed')} for each winner"


@dataclass
class _Arm:
    ended: Counter[str] = field(default_factory=Counter)
    running: int = 0
    best: float | None = None


class Progress:
    """A table that is redrawn on a terminal; elsewhere some lines every quarter of a minute and for every stage."""

    def __init__(
        self,
        plan: StudyPlan,
        *,
        console: Console,
        num_concurrent_trials: int,
        verdicts: ProvisionalVerdicts | None = None,
    ) -> None:
        """Show a study that is about to go on.

        Args:
            plan: Of the study.
            console: Where it is shown.
            num_concurrent_trials: Runs at once.
            verdicts: Says what the confirmation shows so far; None shows nothing of that.
        """
        self._plan = plan
        self._console = console
        self._verdicts = verdicts
        self._arms = {name: _Arm() for name in plan.arms}
        self._begun = time.monotonic()
        self._time_left = TimeLeft(num_concurrent_trials=num_concurrent_trials, begun=self._begun)
        self._search_begun: float | None = None
        self._num_ended = 0
        self._stage = ""
        self._printed = 0.0
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None

    def __enter__(self) -> "Progress":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live:
            self._live.stop()

    def take_up(self, ended: Iterable[CompletedRun]) -> None:
        """Show what earlier drivers have done."""
        for each in ended:
            self._count(each.job, each.outcome.status, each.outcome.objective)

    def started(self, job: Job) -> None:
        """Show that a run is running."""
        info, now = job.info, time.monotonic()
        if info.stage == "search" and self._search_begun is None:
            self._search_begun = now
        self._time_left.started(
            info.run, info.stage, info.arm, num_epochs=job.config.get("epochs", 1), at=now
        )
        if info.arm in self._arms:
            self._arms[info.arm].running += 1
        self.show()

    def reported(self, job: Job, record: EpochRecord) -> None:
        """Show that an epoch of a run has ended."""
        self._time_left.reported(job.info.run, record)
        self.show()

    def ended(self, job: Job, record: EpochRecord) -> None:
        """Show that a run has ended; not in a line, which would find its place free until the next run starts."""
        self._time_left.ended(job.info.run, record.status, at=time.monotonic())
        self._not_running(job)
        self._count(job, record.status, record.objective)
        if self._verdicts and job.info.stage == "confirm" and job.info.overall:
            self._verdicts.ended(job.info.arm, job.info.seed, record.test_objective)
        if self._live:
            self.show()

    def stopped(self, job: Job) -> None:
        """Show that a run is not running for now."""
        self._time_left.stopped(job.info.run, at=time.monotonic())
        self._not_running(job)

    def _not_running(self, job: Job) -> None:
        if (arm := self._arms.get(job.info.arm)) is not None:
            arm.running = max(0, arm.running - 1)

    def _count(self, job: Job, status: Status, objective: float | None) -> None:
        self._num_ended += 1
        if (arm := self._arms.get(job.info.arm)) is None:
            return
        arm.ended[status] += 1
        if job.info.stage == "search" and status == "finished" and objective is not None:
            arm.best = max(objective, arm.best or objective)

    def seconds_left(self) -> float | None:
        """Return the expected time until the last run ends, see `TimeLeft`; the report comes after that."""
        minutes, now, limit = self._plan.budget.minutes, time.monotonic(), None
        if minutes and self._plan.round == 0 and self._plan.stage == "search":
            limit = 60 * minutes - (now - (self._search_begun or now))
        return self._time_left.seconds(jobs_left(self._plan), at=now, search_seconds=limit)

    def show(self) -> None:
        """Draw the table anew, or print a line where it is time for one."""
        if self._live:
            self._live.update(self._table(), refresh=True)
            return
        stage_changed = self._plan.stage != self._stage
        if stage_changed or time.monotonic() - self._printed > LINE_SECONDS:
            self._stage, self._printed = self._plan.stage, time.monotonic()
            self._console.print("\n".join(self._lines()), highlight=False, soft_wrap=True)

    def _lines(self) -> list[str]:
        """Return a line for a log, and one for each arm; of many arms for those that something runs for now."""
        shown = {name: arm for name, arm in self._arms.items() if arm.running or len(self._arms) <= FEW_ARMS}
        width = max((len(name) for name in shown), default=0)
        runs = f"{self._plan.stage}: {self._num_ended} of {num_jobs(self._plan)} runs"
        return [runs + self._times(), *(f"  {name.ljust(width)}  {self._arm(name)}" for name in shown)]

    def _arm(self, name: str) -> str:
        arm = self._arms[name]
        best = f", best {arm.best:.3f}" if arm.best is not None else ""
        so_far = self._so_far(name)
        return f"{sum(arm.ended.values())} done, {arm.running} running{best}{'; ' if so_far else ''}{so_far}"

    def _so_far(self, name: str) -> str:
        return "" if self._verdicts is None else self._verdicts.words(name)

    def _times(self) -> str:
        left = self.seconds_left()
        used = f"; {clock(time.monotonic() - self._begun)} used"
        return used + (f", about {clock(left)} left" if left is not None else "")

    def _table(self) -> Table:
        table = Table(
            title=f"{self._plan.stage}: {self._num_ended} of {num_jobs(self._plan)} runs{self._times()}",
            title_justify="left",
        )
        confirms = any(self._so_far(name) for name in self._arms)
        for column in ("arm", "done", "running", "did not finish", "best so far (validation)"):
            table.add_column(column, justify="left" if column == "arm" else "right")
        if confirms:
            table.add_column("confirmation so far")
        for name, arm in self._arms.items():
            unfinished = sum(arm.ended.values()) - arm.ended["finished"]
            best = "" if arm.best is None else f"{arm.best:.3f}"
            cells = [name, str(arm.ended["finished"]), str(arm.running), str(unfinished), best]
            table.add_row(*cells, *([self._so_far(name)] if confirms else []))
        return table


def clock(seconds: float) -> str:
    """Return seconds in words: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"

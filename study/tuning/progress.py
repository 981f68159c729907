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
from study.search.ranking import CompletedRun
from study.search.searches import repeats_sentence, seeds_words
from study.search.study_plan import StudyPlan
from trainables.record import EpochRecord, Status

LINE_SECONDS = 15.0
FEW_ARMS = 4
"""Up to so many arms are all named in a line."""


def announce(
    prepared: Prepared, results: Results, console: Console, *, extensions: Sequence[Extension] = ()
) -> None:
    """Print what will be run, on what, and where it can be looked at."""
    spec, target = prepared.spec, prepared.target
    images = ", ".join(f"{sum(counts)} {name}" for name, counts in target.counts.items())
    size = f"{target.image_size}x{target.image_size}"
    lines = [
        f"Study {spec.name}: {len(target.classes)} classes, {images} images of {size} px",
        f"Arms {', '.join(arm.name for arm in prepared.arms)}: {spec.budget.trials} trials of "
        f"{spec.budget.epochs} epochs each, then {seeds_words(spec)} for each winner",
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
        return f"Extended: {extension.trials} more trials an arm, then each winner chosen and confirmed anew"
    return f"Extended: {extension.seeds} more fresh seeds for each winner"


@dataclass
class _Arm:
    ended: Counter[str] = field(default_factory=Counter)
    running: int = 0
    best: float | None = None


class Progress:
    """A table that is redrawn on a terminal; elsewhere a line every quarter of a minute and for every stage."""

    def __init__(self, plan: StudyPlan, *, console: Console, num_concurrent_trials: int) -> None:
        self._plan = plan
        self._console = console
        self._num_concurrent_trials = num_concurrent_trials
        self._arms = {name: _Arm() for name in plan.arms}
        self._begun = time.monotonic()
        self._started: dict[str, float] = {}
        self._job_seconds: list[float] = []
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
        self._started[job.info.run] = time.monotonic()
        if job.info.arm in self._arms:
            self._arms[job.info.arm].running += 1
        self.show()

    def ended(self, job: Job, record: EpochRecord) -> None:
        """Show that a run has ended; not in a line, which would find its place free until the next run starts."""
        seconds = time.monotonic() - self._started.get(job.info.run, time.monotonic())
        if job.info.stage != "pretrain":
            self._job_seconds.append(seconds)
        self.stopped(job)
        self._count(job, record.status, record.objective)
        if self._live:
            self.show()

    def stopped(self, job: Job) -> None:
        """Show that a run is not running for now."""
        self._started.pop(job.info.run, None)
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
        """Return the expected time to the study's end, from the arms' runs so far; None before one has ended."""
        if not self._job_seconds:
            return None
        left = max(0, self._plan.num_jobs - self._num_ended)
        return left * sum(self._job_seconds) / len(self._job_seconds) / self._num_concurrent_trials

    def show(self) -> None:
        """Draw the table anew, or print a line where it is time for one."""
        if self._live:
            self._live.update(self._table(), refresh=True)
            return
        stage_changed = self._plan.stage != self._stage
        if stage_changed or time.monotonic() - self._printed > LINE_SECONDS:
            self._stage, self._printed = self._plan.stage, time.monotonic()
            self._console.print(self._line(), highlight=False, soft_wrap=True)

    def _line(self) -> str:
        """Return one line for a log: of many arms those that something runs for now."""
        arms = "; ".join(
            f"{name} {sum(arm.ended.values())} done, {arm.running} running"
            + (f", best {arm.best:.3f}" if arm.best is not None else "")
            for name, arm in self._arms.items()
            if arm.running or len(self._arms) <= FEW_ARMS
        )
        runs = f"{self._plan.stage}: {self._num_ended} of {self._plan.num_jobs} runs"
        return runs + (f" ({arms})" if arms else "") + self._times()

    def _times(self) -> str:
        left = self.seconds_left()
        used = f"; {clock(time.monotonic() - self._begun)} used"
        return used + (f", about {clock(left)} left" if left is not None else "")

    def _table(self) -> Table:
        table = Table(
            title=f"{self._plan.stage}: {self._num_ended} of {self._plan.num_jobs} runs{self._times()}",
            title_justify="left",
        )
        for column in ("arm", "done", "running", "did not finish", "best so far (validation)"):
            table.add_column(column, justify="left" if column == "arm" else "right")
        for name, arm in self._arms.items():
            unfinished = sum(arm.ended.values()) - arm.ended["finished"]
            best = "" if arm.best is None else f"{arm.best:.3f}"
            table.add_row(name, str(arm.ended["finished"]), str(arm.running), str(unfinished), best)
        return table


def clock(seconds: float) -> str:
    """Return seconds in words: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"

"""The plan of a study: source weights, search, selection, confirmation, and the extensions, run by run.

The methods stand in the order in which a study runs. Nothing here knows of Tuner or MLflow.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from study.errors import StudyError
from study.search.arm_search import ArmSearch
from study.search.budget import BudgetRound, StudyBudget
from study.search.jobs import Job, Outcome, run_info
from study.search.ranking import CompletedRun, best, by_architecture, winner
from study.search.searches import search_name
from study.spec.arms import sample_config
from study.spec.seeds import seed_of_repeat
from trainables.config import parse_config
from trainables.record import RunInfo, Stage

logger = logging.getLogger(__name__)

MAX_REPEATS = 50
"""Suggestions in a row whose plans were all run already, after which an arm's space counts as exhausted."""

MAX_CRASHES = 3
"""Crashes of an arm's first trials in a row after which the study stops: nothing of it works."""


CONFIRMED = {"measure_test": True, "validate": "every_epoch", "share_prefixes": None}
"""How confirmation differs from the search: it measures more, and takes nothing from other runs' training."""


class StudyPlan:
    """The study's jobs, one after another. Iterate for jobs; report each one's end with `complete`.

    An item None means: nothing can start until a running job ends.

    Attributes:
        budget: How much is trained.
        searches: The arms' searches, by `search_name`: one of each arm, or several independent ones.
        stage: What it is at.
        round: 0 in the study as it was begun, k in its k-th extension.
        stage_seconds: How long each stage took, over all rounds.
        duplicates_skipped: Suggestions of each arm whose plan had run already.
        exhausted: How many trials a search has whose space has no more, by its name.
        winners: The configurations that are confirmed, by search, each with whether it is the overall one.
        sources: Pre-training runs that come first.
        race: The arms that are confirmed; none before the first confirmation.
        num_to_look: By round that has planned looks, its confirmation runs of one network up to the next of them.
    """

    def __init__(
        self,
        budget: StudyBudget,
        searches: Mapping[str, ArmSearch],
        *,
        common: Callable[[str], Mapping[str, Any]],
        sources: tuple[Job, ...] = (),
        confirmed: Callable[[str, int], Mapping[str, Any]] = lambda run, pair: {},
        before_confirmation: Callable[["StudyPlan"], None] = lambda plan: None,
        after_look: Callable[["StudyPlan", int], Collection[str]] = lambda plan, num_seeds: plan.arms,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Plan a study.

        Args:
            budget: How much is trained.
            searches: The arms' searches, by `search_name`, in the order in which they alternate.
            common: Returns what all runs on an architecture share: data, weights, epochs, machine settings.
            sources: Pre-training runs that have to come first.
            confirmed: Returns what a confirmation run of that name and pair, counted from 1, has beside its winner's
                configuration.
            before_confirmation: Called once in every round, when its winners stand and nothing of it is confirmed.
            after_look: Called with the plan and a number of seeds when all runs of so many have ended and a look is
                planned then; returns the arms that get more of them, none where the study is decided.
            seconds: Returns the study's time, for the search's minutes and the stages' lengths.
        """
        self.budget = budget
        self.searches = dict(searches)
        self.stage: Stage = "pretrain"
        self.round = 0
        self.stage_seconds: dict[str, float] = {}
        self.duplicates_skipped: Counter[str] = Counter()
        self.exhausted: dict[str, int] = {}
        self.winners: dict[str, list[tuple[CompletedRun, bool]]] = {}
        self.sources = sources
        self.race: Collection[str] = ()
        self.num_to_look: dict[int, int] = {}
        self._common = common
        self._confirmed = confirmed
        self._before_confirmation = before_confirmation
        self._after_look = after_look
        self._seconds = seconds
        self._open: dict[str, Job] = {}
        self._given: dict[str, int] = {}
        self._ended: list[CompletedRun] = []
        self._asked: dict[str, int] = {}
        self._plans: dict[tuple[str, Hashable], str] = {}
        self._twins: dict[str, list[int]] = {}
        self._selected: set[str] = set()

    def __iter__(self) -> Iterator[Job | None]:
        stages: tuple[tuple[Stage, Callable[[], Iterator[Job | None]]], ...] = (
            ("pretrain", self._pretrain),
            ("search", self._search),
            ("selection", self._select),
            ("confirm", self._confirm),
        )
        for number in range(len(self.budget.rounds)):
            self.round = number
            for self.stage, jobs in stages:
                begun = self._seconds()
                for job in jobs():
                    if job is not None:
                        self._open[job.info.run] = job
                        self._given[job.info.run] = len(self._given)
                    yield job
                while self._open:
                    yield None
                spent = self._seconds() - begun
                self.stage_seconds[self.stage] = self.stage_seconds.get(self.stage, 0.0) + spent

    def complete(self, run: str, outcome: Outcome) -> None:
        """Take a job's end: tell its search, and keep it for ranking.

        Raises:
            StudyError: If the study cannot go on.
        """
        ended = CompletedRun(job=self._open.pop(run), outcome=outcome)
        self._ended.append(ended)
        info = ended.job.info
        if info.stage == "pretrain" and outcome.status != "finished":
            raise StudyError(f"{run}: pre-training ended as {outcome.status}. {outcome.message}".strip())
        if info.stage == "search":
            for number in (self._asked[run], *self._twins.pop(run, [])):
                self._search_of(info).tell(number, outcome)
            self._refuse_crashes(info.arm)

    def close(self) -> None:
        """Let no search show a trial as running: whoever continues the study shows them anew."""
        for search in self.searches.values():
            search.close()

    @property
    def completed_runs(self) -> tuple[CompletedRun, ...]:
        """What has ended, in order."""
        return tuple(self._ended)

    def of_stage(self, stage: Stage, arm: str | None = None) -> list[CompletedRun]:
        """Return what has ended of a stage, of one arm or of all, in the order in which it was given out.

        That order is the same in a study that was resumed; which run ended first is not.
        """
        ended = (e for e in self._ended if e.job.info.stage == stage and arm in (None, e.job.info.arm))
        return sorted(ended, key=lambda each: self._given[each.job.info.run])

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the file."""
        return tuple(dict.fromkeys(search.arm.name for search in self.searches.values()))

    def of_search(self, stage: Stage, name: str) -> list[CompletedRun]:
        """Return what has ended of a stage of one search."""
        search = self.searches[name]
        return [e for e in self.of_stage(stage, search.arm.name) if e.job.info.repeat == search.repeat]

    @property
    def open_jobs(self) -> tuple[Job, ...]:
        """What was given out and has not ended, in order."""
        return tuple(self._open.values())

    @property
    def now(self) -> BudgetRound:
        """The round that it is at."""
        return self.budget.rounds[self.round]

    @property
    def _before(self) -> tuple[BudgetRound, ...]:
        return self.budget.rounds[: self.round]

    def _pretrain(self) -> Iterator[Job]:
        if self.round == 0:
            yield from self.sources

    def _search(self) -> Iterator[Job]:
        """Alternate between the searches, so that a drifting machine hits all arms alike."""
        limited = self.budget.minutes and self.round == 0
        deadline = self._seconds() + 60 * (self.budget.minutes or 0) if limited else float("inf")
        first = sum(each.trials for each in self._before)
        for number in range(first, first + self.now.trials):
            if self._seconds() > deadline:
                logger.warning("the search's minutes are over after %d trials of each search", number)
                return
            for name in self.searches:
                if name in self.exhausted:
                    continue
                job = self._suggestion(name, number)
                if job is None:
                    self.exhausted[name] = number
                else:
                    yield job

    def _suggestion(self, name: str, number: int) -> Job | None:
        """Return the search's next trial whose plan it has not run yet; a twin is told the first one's value."""
        search = self.searches[name]
        run = f"{name}-{number:04d}"
        for _ in range(MAX_REPEATS):
            asked = search.ask()
            if asked is None:
                return None
            architecture = {**search.arm.constants, **asked[1]}["architecture"]
            common = self._common(architecture)
            seed = seed_of_repeat(self.budget.search_seed, search.repeat)
            config = sample_config(search.arm, asked[1], **common, seed=seed, validate="judged")
            plan = (name, plan_key(config))
            if plan not in self._plans:
                self._plans[plan] = run
                self._asked[run] = asked[0]
                return self._job(search, "search", run, config)
            self.duplicates_skipped[search.arm.name] += 1
            self._tell_twin(name, asked[0], self._plans[plan])
        return None

    def _search_of(self, info: RunInfo) -> ArmSearch:
        return self.searches[search_name(info.arm, info.repeat, repeats=self.budget.repeats)]

    def _tell_twin(self, name: str, number: int, first: str) -> None:
        for ended in self.of_search("search", name):
            if ended.job.info.run == first:
                self.searches[name].tell(number, ended.outcome)
                return
        self._twins.setdefault(first, []).append(number)

    def _candidates(self, name: str) -> list[list[CompletedRun]]:
        """Return the groups of candidates: the search's best, or the best within each architecture."""
        ended = self.of_search("search", name)
        groups = list(by_architecture(ended).values()) if self.budget.per_architecture else [ended]
        return [best(group, self.budget.top) for group in groups]

    def _select(self) -> Iterator[Job]:
        """Run each search's best on selection seeds: the winner of one seed is partly luck; no run is run twice."""
        if not self.now.trials:
            return
        for seed in self.budget.selection_seeds:
            for name, search in self.searches.items():
                own = seed_of_repeat(seed, search.repeat)
                for candidate in (c for group in self._candidates(name) for c in group):
                    run = f"{candidate.job.info.run}-select-{own}"
                    if run in self._selected:
                        continue
                    self._selected.add(run)
                    config = {**candidate.job.config, "seed": own}
                    job = self._job(search, "selection", run, config)
                    yield replace(job, candidate=candidate.job.info.run)

    def _choose(self, name: str) -> list[tuple[CompletedRun, bool]]:
        """Return the winners of a search, each with whether it is the overall one."""
        selection = self.of_search("selection", name)
        groups = [c for c in self._candidates(name) if c]
        chosen = [w for group in groups if (w := winner(group, selection)) is not None]
        overall = winner(best(chosen, len(chosen)), selection)
        return [(w, w is overall) for w in chosen]

    def _confirm(self) -> Iterator[Job | None]:
        """Train the winners on fresh seeds, pair by pair; only here is the test split measured.

        Which arm comes first in a pair rotates, so that the idle ends of the stage favour none. Of several searches
        the first pairs come before the second ones. Where looks are planned, an arm may leave the race at one of them;
        it gets no more seeds, also not in an extension.
        """
        if self.now.trials:
            self.winners = {name: self._choose(name) for name in self.searches}
        self._before_confirmation(self)
        self.race = self.race if self.race and not self.now.trials else self.arms
        if self.now.looks:
            self.num_to_look[self.round] = len(self.searches) * self.now.looks[0]
        first = 1 + sum(len(each.confirm_seeds) for each in self._before)
        for num_seeds, seed in enumerate(self.now.confirm_seeds, start=1):
            yield from self._confirm_on(seed, index=first + num_seeds - 1)
            if num_seeds in self.now.looks:
                while self._open:
                    yield None
                going_on = self._after_look(self, num_seeds)
                if not going_on:
                    return
                self.race = going_on
                following = min(look for look in self.now.looks if look > num_seeds)
                self.num_to_look[self.round] += len(going_on) * (following - num_seeds)

    def _confirm_on(self, seed: int, *, index: int) -> Iterator[Job]:
        """Train the winners of the arms that are in the race on one seed."""
        for name in self._rotated(index):
            if self.searches[name].arm.name in self.race:
                search = self.searches[name]
                own = seed_of_repeat(seed, search.repeat)
                for chosen, overall in self.winners[name]:
                    suffix = "" if overall else f"-{chosen.job.info.architecture}"
                    run = f"{name}-confirm{suffix}-{index}"
                    config = {**chosen.job.config, **CONFIRMED, "seed": own, **self._confirmed(run, index)}
                    job = self._job(search, "confirm", run, config)
                    yield replace(job, info=replace(job.info, overall=overall))

    def _rotated(self, index: int) -> list[str]:
        """Return the searches' names: repeat by repeat, each beginning with the next arm."""
        arms, repeats = self.arms, self.budget.repeats
        order = []
        for repeat in range(1, repeats + 1):
            first = (index + repeat - 1) % len(arms)
            order += [search_name(a, repeat, repeats=repeats) for a in arms[first:] + arms[:first]]
        return order

    def _job(self, search: ArmSearch, stage: Stage, run: str, config: Mapping[str, Any]) -> Job:
        info = run_info(self.budget.name, search.arm.name, stage, run, config)
        return Job(info=replace(info, extension=self.round, repeat=search.repeat), config=config)

    def _refuse_crashes(self, arm: str) -> None:
        outcomes = [e.outcome for e in self.of_stage("search", arm)][:MAX_CRASHES]
        enough = len(outcomes) == min(MAX_CRASHES, self.budget.num_trials * self.budget.repeats)
        if enough and all(o.status == "failed" for o in outcomes):
            raise StudyError(f"arm {arm}: the first {len(outcomes)} trials crashed. {outcomes[0].message}")


def plan_key(config: Mapping[str, Any]) -> Hashable:
    """Return a value that is the same for configurations which train the same."""
    return parse_config(config)

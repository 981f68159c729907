"""What a study trains, in which order; driven by hand, without Ray's Tuner."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.loading.run_metadata import RunMetadata
from study.errors import StudyError
from study.ranges import Scalar, Space
from study.results.test_split_uses import note_use
from study.samplers.grid import Grid
from study.search.budget import BudgetRound, StudyBudget
from study.search.jobs import Job, Outcome
from study.search.jobs_left import num_jobs
from study.search.study_plan import StudyPlan
from study.tuning.collected_metadata import before_confirmation
from tests.support.spaces import choice, log_uniform
from tests.support.study_plans import BUDGET, by_rate, drive, make_study_plan, of
from trainables.data import cache_dir


def test_the_search_alternates_between_the_arms() -> None:
    jobs = drive(make_study_plan(), by_rate)
    assert [j.info.run for j in of(jobs, "search")] == [
        f"{name}-{number:04d}" for number in range(4) for name in ("adapted", "fixed")
    ]
    assert {j.config["seed"] for j in of(jobs, "search")} == {0}


def test_the_best_go_into_the_selection_and_the_winner_into_the_confirmation() -> None:
    jobs = drive(make_study_plan(), by_rate)
    for name in ("adapted", "fixed"):
        ranked = sorted(of(jobs, "search", name), key=lambda j: -j.config["lr"])
        assert [j.info.run for j in of(jobs, "selection", name)] == [
            f"{r.info.run}-select-{seed}" for seed in (1001, 1002) for r in ranked[:2]
        ]
        assert [j.candidate for j in of(jobs, "selection", name)] == [r.info.run for r in ranked[:2]] * 2
        assert {j.candidate for j in jobs if j.info.stage != "selection"} == {""}
        confirmed = of(jobs, "confirm", name)
        assert {j.config["lr"] for j in confirmed} == {ranked[0].config["lr"]}
        assert [j.config["seed"] for j in confirmed] == [2001, 2002, 2003]
        assert all(j.info.overall for j in confirmed)


def test_the_selection_decides_by_its_own_seeds_alone() -> None:
    """The search's best is lucky: on the selection seeds the second is better."""

    def lucky(job: Job) -> Outcome:
        lr = job.config["lr"]
        return Outcome(status="finished", objective=lr if job.info.stage == "search" else -lr)

    jobs = drive(make_study_plan(), lucky)
    ranked = sorted((j.config["lr"] for j in of(jobs, "search", "fixed")), reverse=True)
    assert {j.config["lr"] for j in of(jobs, "confirm", "fixed")} == {ranked[1]}


def test_of_equally_good_trials_the_first_goes_on_whichever_ended_first() -> None:
    """A study that is resumed ends in another order, and has to end with the same winners."""

    def equal(job: Job) -> Outcome:
        return Outcome(status="finished", objective=0.5)

    in_order = drive(make_study_plan(), equal, at_once=4)
    backwards = drive(make_study_plan(), equal, at_once=4, next_to_end=-1)
    for stage in ("selection", "confirm"):
        chosen = [[(j.info.run, j.config["lr"]) for j in of(jobs, stage)] for jobs in (in_order, backwards)]
        assert chosen[0] == chosen[1]
    assert {j.info.run.partition("-select")[0] for j in of(in_order, "selection", "fixed")} == {
        "fixed-0000",
        "fixed-0001",
    }


def test_only_confirmation_measures_the_test_split() -> None:
    jobs = drive(make_study_plan(), by_rate)
    measuring = {j.info.stage for j in jobs if j.config.get("measure_test")}
    assert measuring == {"confirm"}
    assert all(j.config["measure_test"] for j in of(jobs, "confirm"))


def test_search_validates_where_that_decides_and_confirmation_after_every_epoch() -> None:
    jobs = drive(make_study_plan(), by_rate)
    how = {(job.info.stage, job.config["validate"]) for job in jobs}
    assert how == {("search", "judged"), ("selection", "judged"), ("confirm", "every_epoch")}


def test_confirmation_takes_no_epochs_that_other_runs_have_trained() -> None:
    """Search and selection do, in the group that the plan of the study names."""
    jobs = drive(make_study_plan(common={"share_prefixes": "study"}), by_rate)
    how = {(job.info.stage, job.config["share_prefixes"]) for job in jobs}
    assert how == {("search", "study"), ("selection", "study"), ("confirm", None)}


def test_confirmation_goes_pair_by_pair_and_the_arms_take_turns_at_being_first() -> None:
    jobs = of(drive(make_study_plan(), by_rate), "confirm")
    assert [(j.config["seed"], j.info.arm) for j in jobs] == [
        (2001, "fixed"), (2001, "adapted"), (2002, "adapted"), (2002, "fixed"), (2003, "fixed"), (2003, "adapted"),
    ]  # fmt: skip


def test_no_stage_begins_before_the_one_before_it_has_ended() -> None:
    running: set[str] = set()
    plan = make_study_plan()
    stages: dict[str, str] = {}
    queue: list[Job] = []
    for job in plan:
        if job is not None:
            assert all(stages[run] == job.info.stage for run in running)
            running.add(job.info.run)
            stages[job.info.run] = job.info.stage
            queue.append(job)
        if job is None or len(queue) == 3:
            done = queue.pop(0)
            running.remove(done.info.run)
            plan.complete(done.info.run, by_rate(done))


def test_runs_that_did_not_finish_are_never_chosen() -> None:
    def diverging_above(job: Job) -> Outcome:
        lr = job.config["lr"]
        if lr > 0.01:
            return Outcome(status="diverged", objective=None)
        return Outcome(status="finished", objective=lr)

    budget = StudyBudget(**{**BUDGET.__dict__, "num_trials": 12})
    jobs = drive(make_study_plan(budget), diverging_above)
    assert any(j.config["lr"] > 0.01 for j in of(jobs, "search"))
    assert of(jobs, "confirm")
    assert all(j.config["lr"] <= 0.01 for j in of(jobs, "selection") + of(jobs, "confirm"))


def test_an_arm_without_any_finished_run_is_not_confirmed() -> None:
    def fixed_diverges(job: Job) -> Outcome:
        if job.info.arm == "fixed":
            return Outcome(status="diverged", objective=None)
        return by_rate(job)

    jobs = drive(make_study_plan(), fixed_diverges)
    assert of(jobs, "confirm", "adapted")
    assert not of(jobs, "confirm", "fixed")


class Told(Grid):
    """Keeps what it is asked and told."""

    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        super().__init__(space, seed=seed, num_trials=num_trials)
        self.asked: list[dict[str, Scalar]] = []
        self.told: dict[int, float | None] = {}

    def ask(self) -> dict[str, Scalar] | None:
        point = super().ask()
        if point is not None:
            self.asked.append(point)
        return point

    def tell(self, number: int, *, objective: float | None, **rest: Any) -> None:
        self.told[number] = objective


def test_plans_that_are_the_same_run_once_and_the_search_is_told_both() -> None:
    # one epoch of body: every multiplier gives the one cycle of one epoch
    same = {"cycle_mult": choice(1, 2, 3), "lr": choice(0.01, 0.02)}
    budget = StudyBudget(**{**BUDGET.__dict__, "num_trials": 6})
    plan = make_study_plan(budget, spaces={"adapted": same}, algorithm="test_study_plan:Told", epochs=2)
    jobs = drive(plan, by_rate)
    assert sorted(j.config["lr"] for j in of(jobs, "search")) == [0.01, 0.02]
    assert plan.duplicates_skipped == {"adapted": 4}
    sampler = plan.searches["adapted"].sampler
    assert isinstance(sampler, Told)
    assert sampler.told == {number: point["lr"] for number, point in enumerate(sampler.asked)}
    assert len(sampler.told) == 6


def test_an_arm_without_a_space_has_one_trial() -> None:
    jobs = drive(
        make_study_plan(spaces={"adapted": {}, "fixed": {"lr": log_uniform(1e-3, 1e-1)}}),
        lambda j: Outcome(status="finished", objective=0.5),
    )
    assert len(of(jobs, "search", "adapted")) == 1
    assert len(of(jobs, "search", "fixed")) == 4


def test_with_architectures_each_has_its_winner_and_one_is_the_arms() -> None:
    space = {"architecture": choice("resnet18", "resnet34"), "lr": choice(0.01, 0.02, 0.03)}
    budget = StudyBudget(**{**BUDGET.__dict__, "num_trials": 6, "per_architecture": True})
    plan = make_study_plan(budget, spaces={"fixed": space}, algorithm="grid")
    jobs = drive(
        plan,
        lambda j: Outcome(
            status="finished", objective=j.config["lr"] + (j.config["architecture"] == "resnet34")
        ),
    )
    confirmed = of(jobs, "confirm")
    assert {(j.config["architecture"], j.config["lr"], j.info.overall) for j in confirmed} == {
        ("resnet34", 0.03, True),
        ("resnet18", 0.03, False),
    }
    assert {j.info.run for j in confirmed if not j.info.overall} == {
        f"fixed-confirm-resnet18-{index}" for index in (1, 2, 3)
    }


def test_source_weights_come_first_and_their_failure_ends_the_study() -> None:
    source = drive(make_study_plan(), by_rate)[0]
    first = Job(
        info=source.info.__class__(**{**source.info.__dict__, "stage": "pretrain", "run": "source-x"}),
        config={},
    )
    plan = make_study_plan(sources=(first,))
    iterator: Iterator[Job | None] = iter(plan)
    assert next(iterator) is first
    assert next(iterator) is None
    with pytest.raises(StudyError, match="source-x: pre-training ended as diverged"):
        plan.complete("source-x", Outcome(status="diverged", objective=None))


def test_an_arm_whose_first_trials_all_crash_ends_the_study() -> None:
    with pytest.raises(StudyError, match=r"arm adapted: the first 3 trials crashed\. no such file"):
        drive(
            make_study_plan(),
            lambda j: Outcome(status="failed", objective=None, message="no such file"),
            at_once=1,
        )


def test_the_search_ends_with_its_minutes_after_a_whole_round() -> None:
    clock = [0.0]

    def thirty_seconds(job: Job) -> Outcome:
        clock[0] += 30
        return by_rate(job)

    budget = StudyBudget(**{**BUDGET.__dict__, "num_trials": 50, "minutes": 2.0})
    jobs = drive(make_study_plan(budget, seconds=lambda: clock[0]), thirty_seconds, at_once=1)
    counts = [len(of(jobs, "search", name)) for name in ("adapted", "fixed")]
    assert counts == [3, 3]


def test_the_number_of_jobs_is_known_before() -> None:
    plan = make_study_plan()
    assert num_jobs(plan) == len(drive(plan, by_rate))


def test_the_targets_stand_before_anything_is_confirmed() -> None:
    seen: list[str] = []
    plan = make_study_plan(
        before_confirmation=lambda a: seen.append(f"fixed with {len(a.of_stage('confirm'))}")
    )
    drive(plan, by_rate)
    assert seen == ["fixed with 0"]


def test_more_seeds_are_fresh_and_confirm_the_same_winners() -> None:
    budget = replace(BUDGET, extensions=(BudgetRound(trials=0, confirm_seeds=(2004, 2005)),))
    plan = make_study_plan(budget)
    jobs = drive(plan, by_rate)
    assert len(jobs) == num_jobs(plan)
    confirmed = of(jobs, "confirm", "fixed")
    assert [(j.info.run, j.info.seed, j.info.extension) for j in confirmed] == [
        ("fixed-confirm-1", 2001, 0), ("fixed-confirm-2", 2002, 0), ("fixed-confirm-3", 2003, 0),
        ("fixed-confirm-4", 2004, 1), ("fixed-confirm-5", 2005, 1),
    ]  # fmt: skip
    assert len({j.config["lr"] for j in confirmed}) == 1
    assert jobs[: -2 * 2] == drive(make_study_plan(), by_rate), "what there was is not touched"


def test_after_more_trials_the_winners_are_chosen_anew_and_no_run_is_run_twice() -> None:
    budget = replace(BUDGET, extensions=(BudgetRound(trials=6, confirm_seeds=(2004, 2005, 2006)),))
    plan = make_study_plan(budget)
    jobs = drive(plan, by_rate)
    names = [job.info.run for job in jobs]
    assert len(names) == len(set(names))
    searched = of(jobs, "search", "fixed")
    assert [j.info.run for j in searched] == [f"fixed-{number:04d}" for number in range(10)]
    rates = sorted((j.config["lr"] for j in searched), reverse=True)
    for number, (first, last) in enumerate(((0, 4), (0, 10))):
        expected = max(j.config["lr"] for j in searched[first:last])
        confirmed = [j for j in of(jobs, "confirm", "fixed") if j.info.extension == number]
        assert {j.config["lr"] for j in confirmed} == {expected}
        assert [j.info.seed for j in confirmed] == [2001 + 3 * number + place for place in range(3)]
    selected = {j.config["lr"] for j in of(jobs, "selection", "fixed")}
    assert set(rates[: BUDGET.top]) <= selected


def test_trials_that_find_nothing_better_select_nothing_again_and_confirm_the_same_winner_anew() -> None:
    def the_first_is_best(job: Job) -> Outcome:
        return Outcome(status="finished", objective=1 / (1 + int(job.info.run.split("-")[1])), epochs=4)

    def value(job: Job) -> Outcome:
        return by_rate(job) if job.info.stage == "confirm" else the_first_is_best(job)

    budget = replace(BUDGET, extensions=(BudgetRound(trials=6, confirm_seeds=(2004,)),))
    jobs = drive(make_study_plan(budget), value)
    names = [job.info.run for job in jobs]
    assert len(names) == len(set(names))
    assert {j.info.extension for j in of(jobs, "selection")} == {0}
    first = of(jobs, "search", "fixed")[0].config["lr"]
    assert {j.config["lr"] for j in of(jobs, "confirm", "fixed")} == {first}
    assert [j.info.seed for j in of(jobs, "confirm", "fixed")] == [2001, 2002, 2003, 2004]


def test_what_is_fixed_before_a_confirmation_is_fixed_in_every_round() -> None:
    seen: list[tuple[int, int]] = []
    budget = replace(BUDGET, extensions=(BudgetRound(trials=0, confirm_seeds=(2004,)),))
    drive(
        make_study_plan(
            budget, before_confirmation=lambda a: seen.append((a.round, len(a.of_stage("confirm"))))
        ),
        by_rate,
    )
    assert seen == [(0, 0), (1, 6)]


def test_how_often_the_test_split_was_measured_leaves_out_the_studys_own_looks() -> None:
    target = SimpleNamespace(split_hashes={"test": "a" * 64}, classes=("a", "b"))
    spec: Any = SimpleNamespace(name="s", compare=SimpleNamespace(reference="fixed", objective="accuracy"))
    prepared: Any = SimpleNamespace(cache=cache_dir(), spec=spec, target=target, splits=(target,))
    note_use(prepared.cache, "a" * 64, study="another")
    seen = []

    def fixed(plan: StudyPlan) -> None:
        seen.append(before_confirmation(RunMetadata(), plan, spec, prepared).test_split_uses_before)

    budget = replace(BUDGET, extensions=(BudgetRound(trials=0, confirm_seeds=(2004, 2005)),))
    drive(make_study_plan(budget, before_confirmation=fixed), by_rate)
    assert seen == [1, 1]

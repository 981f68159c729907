"""Small study plans, driven by hand, for several tests."""

from collections.abc import Callable
from typing import Any

from study.search.arm_search import ArmSearch
from study.search.budget import StudyBudget
from study.search.jobs import Job, Outcome
from study.search.searches import search_name
from study.search.study_plan import StudyPlan
from study.spec.arms import Arm
from study.spec.seeds import seed_of_repeat
from tests.support.spaces import log_uniform

BUDGET = StudyBudget(
    name="s",
    num_trials=4,
    minutes=None,
    search_seed=0,
    top=2,
    selection_seeds=(1001, 1002),
    confirm_seeds=(2001, 2002, 2003),
    per_architecture=False,
)


def arm(name: str, space: dict[str, Any], **constants: Any) -> Arm:
    recipe = {"adapted": "adaptation", "fixed": "fixed_rate"}[name]
    return Arm(
        name=name,
        recipe=recipe,
        constants={"recipe": recipe, "epochs": 4, "architecture": "small_resnet", **constants},
        space=space,
    )


def make_study_plan(
    budget: StudyBudget = BUDGET,
    *,
    spaces: dict[str, dict[str, Any]] | None = None,
    algorithm: Any = "random",
    epochs: int = 4,
    common: dict[str, Any] | None = None,
    **more: Any,
) -> StudyPlan:
    lr = {"lr": log_uniform(1e-3, 1e-1)}
    arms = [
        arm(name, space, epochs=epochs) for name, space in (spaces or {"adapted": lr, "fixed": lr}).items()
    ]
    repeats = budget.repeats
    searches = {
        search_name(a.name, repeat, repeats=repeats): ArmSearch(
            a,
            study_name=budget.name,
            algorithm=algorithm,
            seed=seed_of_repeat(budget.search_seed, repeat),
            num_trials=budget.num_trials,
            repeat=repeat,
            repeats=repeats,
        )
        for repeat in range(1, repeats + 1)
        for a in arms
    }
    shared = {"data": "d", "weights": "none", **(common or {})}
    return StudyPlan(budget, searches, common=lambda architecture: shared, **more)


def drive(
    plan: StudyPlan, value: Callable[[Job], Outcome], at_once: int = 2, *, next_to_end: int = 0
) -> list[Job]:
    """Run the plan with `at_once` workers that end in the order in which they began; -1: the last one first."""
    jobs: list[Job] = []
    open_jobs: list[Job] = []
    for job in plan:
        if job is not None:
            jobs.append(job)
            open_jobs.append(job)
        if job is None or len(open_jobs) == at_once:
            done = open_jobs.pop(next_to_end)
            plan.complete(done.info.run, value(done))
    return jobs


def by_rate(job: Job) -> Outcome:
    """The higher the rate, the better."""
    return Outcome(status="finished", objective=job.config["lr"], cost_seconds=1.0, epochs=4)


def of(jobs: list[Job], stage: str, arm_name: str | None = None) -> list[Job]:
    return [j for j in jobs if j.info.stage == stage and arm_name in (None, j.info.arm)]

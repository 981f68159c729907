"""Jobs of a study, all of them and those that have not begun, as far as is known now."""

from collections import Counter

from study.search.jobs import Job
from study.search.study_plan import StudyPlan
from trainables.record import STAGES, Stage


def num_jobs(plan: StudyPlan) -> int:
    """Return the jobs of the whole study; fewer come where an extension finds no better candidates."""
    searches, budget = len(plan.searches), plan.budget
    groups = budget.num_architectures if budget.per_architecture else 1
    candidates = sum(min(budget.top * groups, each.trials) for each in budget.rounds)
    selection = candidates * len(budget.selection_seeds)
    confirmation = groups * sum(_num_confirmations(plan, number) for number in range(len(budget.rounds)))
    trials = sum(each.trials for each in budget.rounds)
    return len(plan.sources) + searches * (trials + selection) + confirmation


def _num_confirmations(plan: StudyPlan, number: int) -> int:
    """Return the confirmation runs of a round on one network: up to the next look, where some are planned."""
    searches, this = len(plan.searches), plan.budget.rounds[number]
    if this.looks:
        return plan.num_to_look.get(number, searches * this.looks[0])
    racing = searches if this.trials or not plan.race else len(plan.race)
    return racing * len(this.confirm_seeds)


def jobs_left(plan: StudyPlan) -> dict[tuple[Stage, str], int]:
    """Return how many jobs of each stage and arm are still to be given out; none of stages that are over."""
    budget, arms = plan.budget, plan.arms
    given = Counter((job.info.stage, job.info.arm) for job in _given(plan))
    groups = budget.num_architectures if budget.per_architecture else 1
    selection = sum(min(budget.top * groups, each.trials) for each in budget.rounds) * len(
        budget.selection_seeds
    )
    left: dict[tuple[Stage, str], int] = {}
    for arm in arms:
        of_arm = [name for name, search in plan.searches.items() if search.arm.name == arm]
        trials = sum(each.trials for each in budget.rounds)
        search = sum(min(trials, plan.exhausted.get(name, trials)) for name in of_arm)
        left[("search", arm)] = search - given[("search", arm)]
        left[("selection", arm)] = selection * len(of_arm) - given[("selection", arm)]
    num_trials = sum(each.trials for each in budget.rounds) * len(plan.searches)
    num_selected = selection * len(plan.searches)
    others = sum(count for (stage, _), count in given.items() if stage == "pretrain")
    confirmed = sum(count for (stage, _), count in given.items() if stage == "confirm")
    confirm = max(0, num_jobs(plan) - num_trials - num_selected - others - confirmed)
    for place, arm in enumerate(arms):
        left[("confirm", arm)] = (confirm + len(arms) - 1 - place) // len(arms)
    over = STAGES[: STAGES.index(plan.stage)] if plan.round == len(budget.rounds) - 1 else ()
    return {key: 0 if key[0] in over else max(0, count) for key, count in left.items()}


def _given(plan: StudyPlan) -> list[Job]:
    return [*(each.job for each in plan.completed_runs), *plan.open_jobs]

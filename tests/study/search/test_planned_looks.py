"""A plan whose confirmation gets seeds until it is decided."""

from collections.abc import Callable, Collection
from dataclasses import replace

from study.search.budget import BudgetRound
from study.search.jobs_left import num_jobs
from study.search.study_plan import StudyPlan
from tests.support.study_plans import BUDGET, by_rate, drive, make_study_plan, of

SEEDS = tuple(range(2001, 2013))
BUDGET_WITH_LOOKS = replace(BUDGET, confirm_seeds=SEEDS, looks=(5, 8, 12))
SPACES = ("adapted", "fixed")


def planned(answers: dict[int, Collection[str]], seen: list[int]) -> StudyPlan:
    def after_look(plan: StudyPlan, num_seeds: int) -> Collection[str]:
        assert not plan.open_jobs, "a look is made when all that it looks at has ended"
        seen.append(num_seeds)
        return answers[num_seeds]

    return make_study_plan(BUDGET_WITH_LOOKS, after_look=after_look)


def confirmed(plan: StudyPlan, at_once: int = 2) -> dict[str, int]:
    jobs = of(drive(plan, by_rate, at_once), "confirm")
    return {arm: sum(job.info.arm == arm for job in jobs) for arm in SPACES}


def test_a_study_that_is_decided_at_a_look_gets_no_more_seeds() -> None:
    seen: list[int] = []
    assert confirmed(planned({5: SPACES, 8: ()}, seen)) == {"adapted": 8, "fixed": 8}
    assert seen == [5, 8]


def test_an_arm_that_leaves_the_race_gets_no_more_seeds_and_the_others_do() -> None:
    seen: list[int] = []
    assert confirmed(planned({5: ("fixed",), 8: ("fixed",), 12: ()}, seen)) == {"adapted": 5, "fixed": 12}
    assert seen == [5, 8, 12]


def test_pairs_stay_pairs_and_seeds_follow_one_another() -> None:
    plan = planned({5: SPACES, 8: ()}, [])
    jobs = of(drive(plan, by_rate, 3), "confirm")
    seeds = {arm: [job.config["seed"] for job in jobs if job.info.arm == arm] for arm in SPACES}
    assert seeds["adapted"] == seeds["fixed"] == list(SEEDS[:8])


def test_an_extension_gets_all_its_seeds_without_a_look() -> None:
    seen: list[int] = []
    more = BudgetRound(trials=0, confirm_seeds=(3001, 3002))
    plan = make_study_plan(
        replace(BUDGET_WITH_LOOKS, extensions=(more,)), after_look=lambda plan, n: seen.append(n) or ()
    )
    assert confirmed(plan) == {"adapted": 7, "fixed": 7}
    assert seen == [5]


def test_the_number_of_jobs_is_that_up_to_the_next_look() -> None:
    numbers: list[int] = []

    def remember(answer: Callable[[int], Collection[str]]) -> Callable[[StudyPlan, int], Collection[str]]:
        def after_look(plan: StudyPlan, num_seeds: int) -> Collection[str]:
            numbers.append(num_jobs(plan))
            return answer(num_seeds)

        return after_look

    plan = make_study_plan(BUDGET_WITH_LOOKS, after_look=remember(lambda n: SPACES if n < 12 else ()))
    before_confirmation = 2 * 4 + 2 * 2 * 2
    assert num_jobs(plan) == before_confirmation + 2 * 5
    drive(plan, by_rate)
    assert numbers == [before_confirmation + 2 * each for each in (5, 8, 12)]


def test_an_extension_counts_what_was_run_before_it_and_leaves_out_who_left_the_race() -> None:
    more = BudgetRound(trials=0, confirm_seeds=(3001, 3002))
    answers = {5: ("fixed",), 8: ()}
    plan = make_study_plan(
        replace(BUDGET_WITH_LOOKS, extensions=(more,)), after_look=lambda plan, num_seeds: answers[num_seeds]
    )
    numbers = []
    jobs = []
    open_jobs = []
    for job in plan:
        numbers.append(num_jobs(plan))
        if job is not None:
            jobs.append(job)
            open_jobs.append(job)
        if job is None or len(open_jobs) == 2:
            done = open_jobs.pop(0)
            plan.complete(done.info.run, by_rate(done))
    assert {arm: sum(job.info.arm == arm for job in of(jobs, "confirm")) for arm in SPACES} == {
        "adapted": 5,
        "fixed": 10,
    }
    assert numbers[-1] == len(jobs)
    assert all(number >= given for given, number in enumerate(numbers[: len(jobs)]))

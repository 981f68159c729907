"""Several independent searches of each arm: their seeds, names and order, and that one alone stays as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from study.errors import StudyError
from study.preview.cost import num_epochs
from study.results.events import read_events
from study.search.budget import BudgetRound, StudyBudget
from study.search.jobs import Job, Outcome
from study.search.jobs_left import num_jobs
from study.search.searches import repeats_sentence, search_name
from study.spec.extensions import Extension
from study.spec.seeds import extension_seeds, most_seeds, seed_of_repeat
from study.spec.study_file import SpecError, StudySpec, confirm_seeds, load_spec, search_seed, selection_seeds
from study.tracking.mlflow_tracker.open_runs import OpenRun
from study.tracking.mlflow_tracker.run_descriptions import run_params
from study.tuning.collected_metadata import target_grid, winners_of
from tests.support.driven_by_hand import DrivenByHand
from tests.support.study_plans import BUDGET, by_rate, drive, make_study_plan, of

TWICE = replace(BUDGET, repeats=2)

FILE = """
name: s
data: {target: {digits: true}}
arms:
  adapted: {recipe: adaptation}
  fixed: {recipe: fixed_rate}
budget: {trials: 6, epochs: 4}
"""


def spec(tmp_path: Path, *overrides: str) -> StudySpec:
    file = tmp_path / "s.yaml"
    file.write_text(FILE)
    return load_spec(file, overrides=overrides)


def test_the_searches_alternate_repeat_by_repeat_and_have_seeds_of_their_own() -> None:
    jobs = of(drive(make_study_plan(TWICE), by_rate), "search")
    assert [j.info.run for j in jobs[:5]] == [
        "adapted-r1-0000", "fixed-r1-0000", "adapted-r2-0000", "fixed-r2-0000", "adapted-r1-0001",
    ]  # fmt: skip
    assert {(j.info.repeat, j.config["seed"]) for j in jobs} == {(1, 0), (2, 50)}
    rates = {
        name: {j.config["lr"] for j in jobs if j.info.run.startswith(name)}
        for name in ("fixed-r1", "fixed-r2")
    }
    assert not rates["fixed-r1"] & rates["fixed-r2"]


def test_the_first_of_several_searches_is_the_one_that_would_have_been_alone() -> None:
    alone, first = drive(make_study_plan(), by_rate), drive(make_study_plan(TWICE), by_rate)
    configs = [j.config for j in first if j.info.repeat == 1 and j.info.stage == "search"]
    assert configs == [j.config for j in of(alone, "search")]
    assert {j.info.repeat for j in alone} == {1}
    assert {j.info.run for j in of(alone, "confirm", "fixed")} == {f"fixed-confirm-{n}" for n in (1, 2, 3)}


def test_each_search_selects_and_confirms_a_winner_of_its_own() -> None:
    jobs = drive(make_study_plan(TWICE), by_rate)
    for repeat in (1, 2):
        own = [j for j in jobs if j.info.repeat == repeat and j.info.arm == "fixed"]
        best = max(j.config["lr"] for j in of(own, "search"))
        confirmed = of(own, "confirm")
        assert {j.config["lr"] for j in confirmed} == {best}
        assert [j.info.run for j in confirmed] == [f"fixed-r{repeat}-confirm-{n}" for n in (1, 2, 3)]
        moved = 50 * (repeat - 1)
        assert [j.config["seed"] for j in confirmed] == [2001 + moved, 2002 + moved, 2003 + moved]
        assert {j.config["seed"] for j in of(own, "selection")} == {1001 + moved, 1002 + moved}
    pairs = [(j.config["seed"], j.info.arm) for j in of(jobs, "confirm")]
    assert [arm for _, arm in pairs[:4]] == ["fixed", "adapted", "adapted", "fixed"]
    assert len(set(pairs)) == 12


def test_winners_are_written_down_by_arm_with_their_search() -> None:
    plan = make_study_plan(TWICE)
    drive(plan, by_rate)
    found = winners_of(plan)
    assert [(w.repeat, w.run[:10]) for w in found["adapted"]] == [(1, "adapted-r1"), (2, "adapted-r2")]
    alone = make_study_plan()
    drive(alone, by_rate)
    assert [(w.repeat, w.overall) for w in winners_of(alone)["adapted"]] == [(None, True)]
    # the grid's last accuracy is the mean level of the reference's winners: their rates, here
    level = sum(w.config["lr"] for w in found["fixed"]) / 2
    assert target_grid(plan, "fixed", 10)[-1] == round(level, 4)


def test_a_search_that_found_nothing_leaves_the_others_as_they_are() -> None:
    def second_diverges(job: Job) -> Outcome:
        if (job.info.arm, job.info.repeat) == ("fixed", 2):
            return Outcome(status="diverged", objective=None)
        return by_rate(job)

    jobs = drive(make_study_plan(TWICE), second_diverges)
    assert {j.info.repeat for j in of(jobs, "confirm", "fixed")} == {1}
    assert {j.info.repeat for j in of(jobs, "confirm", "adapted")} == {1, 2}


def test_an_arm_whose_first_trials_all_crash_stops_the_study_whichever_search_they_are_of() -> None:
    with pytest.raises(StudyError, match="arm fixed: the first 3 trials crashed"):
        drive(
            make_study_plan(TWICE),
            lambda j: Outcome(status="failed", objective=None) if j.info.arm == "fixed" else by_rate(j),
        )


def test_jobs_are_counted_over_all_searches() -> None:
    plan = make_study_plan(TWICE)
    assert num_jobs(plan) == len(drive(plan, by_rate)) == 2 * num_jobs(make_study_plan())
    assert plan.arms == ("adapted", "fixed")


@pytest.mark.parametrize("algorithm", ["random", "tpe"])
@pytest.mark.parametrize("steps", [7, 30, 55])
def test_a_study_of_two_searches_that_died_asks_for_what_it_would_have_asked_for(
    tmp_path: Path, algorithm: str, steps: int
) -> None:
    """Extended by seeds, too: each search has one more."""
    budget = replace(TWICE, extensions=(BudgetRound(trials=0, confirm_seeds=(2004,)),))
    whole = DrivenByHand(tmp_path / "whole", algorithm=algorithm, budget=budget)
    assert whole.live(1000)
    DrivenByHand(tmp_path / "parts", algorithm=algorithm, budget=budget).live(steps)
    last = DrivenByHand(tmp_path / "parts", algorithm=algorithm, budget=budget)
    assert last.live(1000)
    ran = [[(e.job.info.run, dict(e.job.config)) for e in d.plan.completed_runs] for d in (whole, last)]
    assert sorted(ran[0], key=str) == sorted(ran[1], key=str)
    assert {"fixed-r1-confirm-4", "fixed-r2-confirm-4"} <= {run for run, _ in ran[0]}
    asked = [
        event for event in read_events(last.folder / "journal" / "events.jsonl") if event.kind == "asked"
    ]
    assert {event.repeat for event in asked} == {1, 2}


def test_an_event_of_a_study_with_one_search_is_as_it_was(tmp_path: Path) -> None:
    DrivenByHand(tmp_path).live(3)
    assert "repeat" not in (tmp_path / "journal" / "events.jsonl").read_text()


def test_no_two_parts_of_up_to_twenty_searches_share_a_seed(tmp_path: Path) -> None:
    most = spec(tmp_path, "search.repeats=20", "search.seed=3", "selection.seeds=50", "confirm.seeds=40")
    fresh = extension_seeds(most, [Extension(seeds=10)])[0]
    parts = [
        {seed_of_repeat(seed, repeat) for seed in part}
        for repeat in range(1, 21)
        for part in ((search_seed(most),), selection_seeds(most), (*confirm_seeds(most), *fresh))
    ]
    together = set.union(*parts)
    assert len(together) == sum(map(len, parts)) == 20 * (1 + 50 + 50)
    assert min(together) >= 30_000  # and none of another study's
    assert max(together) < 40_000


def test_what_several_searches_can_not_have_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"search.repeats: 21 is not allowed; .* from 1 to 20"):
        spec(tmp_path, "search.repeats=21")
    with pytest.raises(
        SpecError, match=r"confirm.seeds: 51 is not allowed where search.repeats is 2; at most 50"
    ):
        spec(tmp_path, "search.repeats=2", "confirm.seeds=51")
    assert spec(tmp_path, "confirm.seeds=51").search.repeats == 1
    assert (most_seeds(1), most_seeds(2)) == (1000, 50)


def test_few_searches_are_warned_of(tmp_path: Path) -> None:
    # t quantiles of 1 and 4 degrees of freedom
    (warning,) = (w for w in spec(tmp_path, "search.repeats=2").warnings if "search.repeats" in w)
    assert "12.7 standard errors" in warning
    assert "2.8 with 5" in warning
    assert not any(
        "search.repeats" in w for n in (1, 5) for w in spec(tmp_path, f"search.repeats={n}").warnings
    )


def test_the_cost_is_that_of_all_searches(tmp_path: Path) -> None:
    one, three = spec(tmp_path), spec(tmp_path, "search.repeats=3")
    cost, of_three = (num_epochs(each, num_architectures=1) for each in (one, three))
    assert of_three == {part: 3 * epochs for part, epochs in cost.items()}
    assert repeats_sentence(one) == ""
    assert repeats_sentence(three).startswith(
        "search.repeats: 3 independent searches of each arm, 6 trials each: 36 trials in all, and 30 confirmation runs"
    )


def test_names_of_searches() -> None:
    assert search_name("fixed", 1, repeats=1) == "fixed"
    assert search_name("fixed", 2, repeats=3) == "fixed-r2"


def test_rules_say_how_many_searches_there_are() -> None:
    assert StudyBudget(**BUDGET.__dict__).repeats == 1


def test_mlflow_is_told_of_which_search_a_run_is_where_there_are_several() -> None:
    config = {"lr": 0.1}
    assert run_params(OpenRun(config=config, arm="fixed", repeat=2))["repeat"] == 2
    assert "repeat" not in run_params(OpenRun(config=config, arm="fixed"))

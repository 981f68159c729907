"""The study file that trains one arm's winner again."""

import copy

from analysis.findings.winner_study import winner_study
from tests.support.hand_made import confirm
from tests.support.loaded_studies import loaded
from tests.support.synthetic_study import default_spec, two_arm_runs


def test_what_was_searched_is_settled_and_nothing_is_left_to_search():
    study = winner_study(loaded(two_arm_runs(2)), "adapted")
    assert study["name"] == "toy-adapted"
    assert study["arms"] == {"adapted": {"recipe": "adapted", "lr": 0.01, "search": {}}}
    assert (study["budget"], study["confirm"]) == ({"trials": 1, "epochs": 4, "minutes": None}, {"seeds": 1})
    assert study["compare"]["reference"] == "adapted"
    assert study["data"] == {"target": {"folder": "~/images"}}


def test_a_multiple_of_the_range_test_and_a_searched_network_and_batch_are_settled_too():
    spec = copy.deepcopy(default_spec(["fixed"]))
    spec["arms"]["fixed"]["search"] = {"lr": {"auto_times": [0.1, 10]}}
    spec["model"]["architecture"] = {"choice": ["resnet18", "resnet34"]}
    spec["training"] = {"batch_size": {"choice": [8, 16]}, "momentum": 0.9}
    spec |= {"storage": "/elsewhere", "presets": {"quick": {}}}
    config = {"lr": "auto", "lr_times": 2.5, "batch_size": 8}
    runs = [confirm("fixed", s, [0.7], architecture="resnet34", config=config) for s in (0, 1)]
    study = winner_study(loaded(runs, spec=spec), "fixed")
    assert study["arms"]["fixed"] == {"recipe": "fixed", "lr": "auto", "lr_times": 2.5, "search": {}}
    assert study["model"]["architecture"] == "resnet34"
    assert study["training"] == {"batch_size": 8, "momentum": 0.9}
    assert not {"storage", "presets"} & set(study)


def test_of_several_searches_the_winner_with_the_best_validation_mean_is_taken():
    spec = copy.deepcopy(default_spec(["fixed"]))
    spec["search"]["repeats"] = 2
    runs = [
        confirm("fixed", 10 * r + s, [v], config={"lr": lr})
        for r, (v, lr) in enumerate([(0.7, 0.1), (0.8, 0.2)])
        for s in (0, 1)
    ]
    data = loaded(runs, spec=spec)
    data.runs["repeat"] = [1, 1, 2, 2]
    assert winner_study(data, "fixed")["arms"]["fixed"]["lr"] == 0.2


def test_an_arm_without_a_confirmed_run_has_none():
    search = [run for run in two_arm_runs(2) if run.stage == "search"]
    assert winner_study(loaded(search), "adapted") is None

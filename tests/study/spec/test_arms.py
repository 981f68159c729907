import pytest
import yaml
from ray import tune

from search_spaces import space_names
from study.search.arm_search import ArmSearch
from study.spec.arms import build_arms, representative, sample_config
from study.spec.default_search import default_search
from study.spec.study_file import SpecError, load_spec
from tests.support.spaces import choice, log_uniform, uniform, whole
from trainables.config import COMMON_KEYS, parse_config
from trainables.recipes import recipe_names

ADAPTED = {
    "recipe": "adaptation",
    "head_epochs": 2,
    "search": {
        "lr": {"auto_times": [0.1, 10]},
        "stem_to_head": {"log_uniform": [1e-4, 1]},
        "cycle_len": {"int": [1, 3]},
        "cycle_mult": {"choice": [1, 1.5]},
        "floor_fraction": {"uniform": [0, 0.5]},
        "last_cycle": "cut",
    },
}
FIXED = {"recipe": "fixed_rate", "search": {"lr": 0.01}}


@pytest.fixture
def load(tmp_path):
    def load_study(arms, **changes):
        path = tmp_path / "test.yaml"
        raw = {
            "name": "test",
            "data": {"target": {"digits": True}},
            "arms": arms,
            "budget": {"epochs": 10},
        } | changes
        path.write_text(yaml.safe_dump(raw, sort_keys=False))
        return load_spec(path)

    return load_study


def problems_of(load, arm, **changes):
    with pytest.raises(SpecError) as caught:
        load({"adapted": arm}, **changes)
    return tuple(map(str, caught.value.problems))


def test_arms_have_constants_and_domains_in_the_order_of_the_file(load):
    adapted, fixed = build_arms(load({"adapted": ADAPTED, "fixed": FIXED}, training={"batch_size": 8}))
    assert (adapted.name, adapted.recipe, fixed.name, fixed.recipe) == (
        "adapted",
        "adaptation",
        "fixed",
        "fixed_rate",
    )
    assert sorted(adapted.space) == ["cycle_len", "cycle_mult", "floor_fraction", "lr_times", "stem_to_head"]
    own = {key: value for key, value in adapted.constants.items() if key not in COMMON_KEYS}
    assert own == {"lr": "auto", "head_epochs": 2, "last_cycle": "cut"}
    assert fixed.space == {}
    for arm in (adapted, fixed):
        assert arm.constants["batch_size"] == 8
        assert arm.constants["epochs"] == 10
        assert arm.constants["architecture"] == "small_resnet"
        assert not {"objective", "seed", "data", "measure_test"} & set(arm.constants)


def test_domains_have_the_ends_that_the_file_gives(load):
    (arm,) = build_arms(load({"adapted": ADAPTED}))
    times, ratio = arm.space["lr_times"], arm.space["stem_to_head"]
    assert (times, ratio) == (log_uniform(0.1, 10.0), log_uniform(1e-4, 1.0))
    assert arm.space["cycle_len"] == whole(1, 3)
    assert arm.space["cycle_mult"] == choice(1.0, 1.5)
    assert arm.space["floor_fraction"] == uniform(0.0, 0.5)


def test_a_representative_configuration_lies_in_the_middle_of_every_range_and_choice(load):
    (arm,) = build_arms(load({"adapted": ADAPTED}))
    config = representative(arm, seed=3)
    assert config["lr_times"] == pytest.approx(1.0)
    assert config["stem_to_head"] == pytest.approx(0.01)
    assert (config["cycle_len"], config["cycle_mult"], config["floor_fraction"]) == (2, 1.5, 0.25)
    assert config["seed"] == 3


def test_a_choice_of_networks_is_in_the_space_of_every_arm(load):
    model = {"architecture": {"choice": ["small_resnet", "resnet18"]}}
    arms = build_arms(load({"adapted": ADAPTED, "fixed": FIXED}, model=model))
    for arm in arms:
        assert arm.space["architecture"] == choice("small_resnet", "resnet18")
        assert "architecture" not in arm.constants


def test_an_objective_that_is_set_is_a_constant(load):
    (arm,) = build_arms(load({"fixed": FIXED}, compare={"objective": "balanced_accuracy"}))
    assert arm.constants["objective"] == "balanced_accuracy"


def test_samples_build_a_configuration(load):
    (arm,) = build_arms(load({"adapted": ADAPTED}))
    search = ArmSearch(arm, study_name="test", algorithm="random", seed=0, num_trials=20)
    for _ in range(20):
        _, sampled = search.ask()
        config = sample_config(arm, sampled, data="somewhere", seed=7, weights="file.pt")
        run, phases = parse_config(config)
        assert (run.seed, run.data, run.weights, run.epochs) == (7, "somewhere", "file.pt", 10)
        assert sum(phase.num_epochs for phase in phases) == 10
        assert phases[-1].lr.times == sampled["lr_times"]


def test_what_the_study_adds_goes_over_constants_and_samples(load):
    (arm,) = build_arms(load({"fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": [0.1, 0.2]}}}}))
    config = sample_config(arm, {"lr": 0.1}, lr=0.3, epochs=2)
    assert (config["lr"], config["epochs"]) == (0.3, 2)


def test_samples_that_do_not_fit_the_space_are_refused(load):
    (arm,) = build_arms(load({"fixed": FIXED}))
    with pytest.raises(ValueError, match="arm fixed: sampled keys and search space differ by lr"):
        sample_config(arm, {"lr": 0.1})


@pytest.mark.parametrize("recipe", recipe_names())
def test_every_recipe_has_a_default_space_that_a_study_file_can_hold_and_its_recipe_takes(load, recipe):
    assert recipe in space_names()
    spec = load({"arm": {"recipe": recipe}})
    (arm,) = build_arms(spec)
    assert arm.space.keys() == default_search(recipe).keys()


def test_domains_of_a_default_space_are_written_as_a_study_file_has_them(monkeypatch):
    domains = {
        "a": tune.uniform(0, 1),
        "b": tune.loguniform(0.1, 1),
        "c": tune.randint(1, 4),
        "d": tune.choice([1, "x"]),
    }
    monkeypatch.setattr("study.spec.default_search.space", lambda recipe: domains)
    assert default_search("cosine", without=["a"]) == {
        "b": {"log_uniform": [0.1, 1]},
        "c": {"int": [1, 3]},
        "d": {"choice": [1, "x"]},
    }
    assert default_search("cosine")["a"] == {"uniform": [0, 1]}
    domains["e"] = tune.quniform(0, 1, 0.1)
    with pytest.raises(ValueError, match="has no counterpart in a study file"):
        default_search("cosine")


def test_a_range_of_whole_numbers_is_a_choice_under_grid_search(load):
    search = {"lr": {"choice": [0.1, 0.2, 0.3]}, "cycle_len": {"int": [1, 4]}}
    arms = {"adapted": {"recipe": "adaptation", "search": search}, "fixed": FIXED}
    adapted, _ = build_arms(load(arms, search={"algorithm": "grid"}))
    assert adapted.space["cycle_len"] == choice(1, 2, 3, 4)


def test_a_continuous_range_is_refused_under_grid_search_with_a_list_in_its_place(load):
    search = {
        "lr": {"log_uniform": [0.001, 0.1]},
        "floor_fraction": {"uniform": [0, 0.5]},
        "cycle_len": {"int": [1, 2]},
    }
    assert problems_of(load, {"recipe": "adaptation", "search": search}, search={"algorithm": "grid"}) == (
        "arms.adapted.search.lr: {'log_uniform': [0.001, 0.1]} is not allowed with search.algorithm grid; "
        "a list, such as {choice: [0.001, 0.01, 0.1]}",
        "arms.adapted.search.floor_fraction: {'uniform': [0.0, 0.5]} is not allowed with search.algorithm "
        "grid; a list, such as {choice: [0, 0.25, 0.5]}",
    )


IMPOSSIBLE = [
    (
        {"recipe": "cosinus"},
        "arms.adapted.recipe: 'cosinus' is not allowed; adaptation, chain_thaw, cosine, fa",
    ),
    ({"search": {}}, "arms.adapted.recipe: missing; the name of a recipe"),
    (
        {"recipe": "adaptation", "search": {"cycle_mult": {"choice": [2, 0.5]}}},
        "arms.adapted.search.cycle_mult: cycle_mult is 0.5: at least 1 is allowed",
    ),
    (
        {"recipe": "adaptation", "search": {"cycle_mult": {"uniform": [0.5, 2]}}},
        "arms.adapted.search.cycle_mult: cycle_mult is 0.5: at least 1 is allowed",
    ),
    (
        {"recipe": "adaptation", "head_epochs": 10},
        "arms.adapted.head_epochs: head_epochs is 10, but the budget is 10 epochs: at most 9 is allowed",
    ),
    (
        {"recipe": "adaptation", "search": {"head_epochs": {"int": [1, 10]}}},
        "arms.adapted.search.head_epochs: head_epochs is 10, but the budget is 10 epochs: at most 9 is allowed",
    ),
    (
        {"recipe": "adaptation", "search": {"head_epochs": {"uniform": [0, 2]}}},
        "arms.adapted.search.head_epochs: 0.0 is not a whole number",
    ),
    (
        {"recipe": "cosine", "search": {"lr": "0.1"}},
        "arms.adapted.search.lr: '0.1' is not a number or one of 'auto'",
    ),
    (
        {"recipe": "cosine", "search": {"lr": {"choice": [0.1, 0]}}},
        "arms.adapted.search.lr: lr is 0.0: above 0, or auto",
    ),
    (
        {"recipe": "adaptation", "layer_decay": 0.5},
        "arms.adapted.layer_decay: layer_decay is 0.5, but stem_to_head is 0.0001: one of them is allowed",
    ),
    (
        {"recipe": "cosine", "lr": 0.1, "search": {"lr_times": {"uniform": [1, 2]}}},
        "arms.adapted.search.lr_times: lr_times is 2.0, but lr is 0.1: 1 is allowed, as it multiplies lr auto only",
    ),
    (
        {"recipe": "adaptation", "last_cycle": "drop", "search": {"cycle_len": {"int": [9, 12]}}},
        "arms.adapted.search.cycle_len: cycle_len is 12.0, but the phase has only 9 epochs",
    ),
    (
        {"recipe": "cosine", "lr": 0.1, "search": {"lr": 0.2}},
        "arms.adapted.lr: given as a constant and in arms.adapted.search; give it in one of them",
    ),
    (
        {"recipe": "cosine", "lr_times": 2.0, "search": {"lr": {"auto_times": [1, 2]}}},
        "arms.adapted.lr_times: given as a constant and in arms.adapted.search",
    ),
    (
        {"recipe": "cosine", "search": {"lr": {"auto_times": [1, 2]}, "lr_times": {"uniform": [1, 2]}}},
        "arms.adapted.search.lr_times: not allowed beside lr with auto_times, which searches it",
    ),
    (
        {"recipe": "adaptation", "search": {"stem_to_head": {"auto_times": [0.1, 1]}}},
        "arms.adapted.search.stem_to_head: {'auto_times': [0.1, 1.0]} is not allowed; auto_times is for",
    ),
    ({"recipe": "cosine", "cycle_len": 1}, "arms.adapted.cycle_len: unknown key; allowed: warm_up_epochs,"),
    (
        {"recipe": "cosine", "search": {"lr_time": 1}},
        "arms.adapted.search.lr_time: unknown key (did you mean lr_times?)",
    ),
    (
        {"recipe": "cosine", "lr": {"choice": [1, 2]}, "search": {}},
        "arms.adapted.lr: {'choice': [1.0, 2.0]} is not allowed; a constant",
    ),
    ({"recipe": "cosine", "search": 3}, "arms.adapted.search: 3 is not allowed; settings and their values"),
    (
        {"recipe": "cosine", "search": {"architecture": {"choice": ["resnet18"]}}},
        "arms.adapted.search.architecture: not allowed in an arm; it belongs to model: and is the same",
    ),
    (
        {"recipe": "cosine", "batch_size": 4},
        "arms.adapted.batch_size: not allowed in an arm; it belongs to training:",
    ),
    ({"recipe": "cosine", "epochs": 4}, "arms.adapted.epochs: not allowed in an arm; it belongs to budget:"),
    ({"recipe": "cosine", "seed": 4}, "arms.adapted.seed: not allowed in an arm; it belongs to search:"),
    (
        {"recipe": "cosine", "image_size": 4},
        "arms.adapted.image_size: not allowed in an arm; it belongs to data.target:",
    ),
    (
        {"recipe": "cosine", "measure_test": True},
        "arms.adapted.measure_test: not allowed in an arm; the study sets it",
    ),
    (
        {"recipe": "cosine", "device": "cuda"},
        "arms.adapted.device: not allowed in an arm; the study sets it itself",
    ),
]


@pytest.mark.parametrize(("arm", "sentence"), IMPOSSIBLE, ids=[sentence[13:50] for _, sentence in IMPOSSIBLE])
def test_what_a_recipe_or_a_comparison_does_not_allow_is_refused_before_anything_runs(load, arm, sentence):
    problems = problems_of(load, arm)
    assert problems[0].startswith(sentence), problems
    assert all(problem.startswith(sentence.partition(":")[0]) for problem in problems), problems


def test_no_common_key_may_stand_in_an_arm(load):
    keys = dict.fromkeys(COMMON_KEYS - {"recipe"}, 1)
    problems = problems_of(load, {"recipe": "cosine", "search": {}} | keys)
    assert len(problems) == len(keys)
    assert all("not allowed in an arm" in problem for problem in problems)


def test_every_wrong_setting_of_an_arm_is_named_at_once(load):
    arm = {
        "recipe": "adaptation",
        "head_epochs": -1,
        "search": {"lr": -1, "cycle_mult": 0.5, "stem_to_head": 2},
    }
    assert sorted(problem.partition(":")[0] for problem in problems_of(load, arm)) == [
        "arms.adapted.head_epochs",
        "arms.adapted.search.cycle_mult",
        "arms.adapted.search.lr",
        "arms.adapted.search.stem_to_head",
    ]


def test_a_large_space_is_checked_two_settings_at_a_time(load):
    many = [1 + step / 100 for step in range(40)]
    search = {
        "lr": {"choice": [0.1 * step for step in range(1, 40)]},
        "cycle_mult": {"choice": many},
        "last_cycle": {"choice": ["stretch", "drop"]},
        "cycle_len": {"choice": [*many, 11]},
    }
    (problem,) = problems_of(load, {"recipe": "adaptation", "search": search})
    assert problem.startswith(
        "arms.adapted.search.cycle_len: cycle_len is 11.0, but the phase has only 9 epochs"
    )


def test_a_budget_too_small_for_a_recipes_defaults_is_refused(load):
    (problem,) = problems_of(load, {"recipe": "adaptation"}, budget={"epochs": 1})
    assert problem == "arms.adapted: head_epochs is 1, but the budget is 1 epochs: at most 0 is allowed"


def test_a_plain_value_error_of_a_recipe_is_a_problem_of_its_arm_beside_the_others(load, monkeypatch):
    def too_short(settings, *, epochs, training):
        raise ValueError(f"the budget is {epochs} epochs: at least 30 are allowed")

    monkeypatch.setattr("trainables.recipes.one_cycle.phases", too_short)
    assert problems_of(load, {"recipe": "one_cycle", "bogus": 1}, budget={"epochs": 9})[-1] == (
        "arms.adapted: the budget is 9 epochs: at least 30 are allowed"
    )

    def refuses(settings):
        raise ValueError("too steep")

    monkeypatch.setattr("trainables.recipes.one_cycle.Settings.__post_init__", refuses)
    (problem,) = problems_of(load, {"recipe": "one_cycle"})
    assert problem == "arms.adapted: too steep"

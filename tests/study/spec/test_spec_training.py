"""The settings of training in a study file: constants or searched, the same for every arm."""

import dataclasses
from typing import Any

import pytest
import yaml

from study.spec.arms import build_arms, sample_config
from study.spec.study_file import SpecError, StudySpec, dump_spec, load_spec
from study.spec.training import SEARCHABLE_RUN_KEYS
from study.spec.values import Choice, Range
from trainables.config import TRAINING_KEYS, parse_config
from trainables.plan.training import Training

ARMS = {
    "adapted": {"recipe": "adaptation", "head_epochs": 1, "search": {"lr": {"log_uniform": [1e-3, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-3, 0.1]}}},
}
ON_IMAGES = {
    "cosine": {"recipe": "cosine", "search": {"lr": {"choice": [0.01, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": [0.01, 0.1]}}},
}
CHOICES: dict[str, list[Any]] = {
    "optimizer": ["sgd", "momentum", "nag", "adagrad", "adadelta", "adam", "adamw"],
    "momentum": [0.5, 0.9],
    "weight_decay": [0.0, 1e-4],
    "decay": ["own", "decoupled"],
    "reference_batch": [None, 256],
    "loss": ["cross_entropy", "bce"],
    "label_smoothing": [0.0, 0.1],
    "mixup": [0.0, 0.2],
    "class_weights": ["none", "balanced"],
    "sampling": ["shuffle", "balanced"],
    "dropout": [0.0, 0.5],
    "augment": ["none", "flip", "crop", "crop_flip", "resized_crop", "resized_crop_flip"],
    "min_crop_area": [0.08, 0.5],
    "colour": [0.0, 0.4],
    "pca_noise": [0.0, 0.1],
    "image_scale": [0.5, 1.0],
    "precision": ["float32", "bfloat16", "float16"],
    "channels_last": [False, True],
    "compile": [False, True],
    "accumulate": [1, 4],
    "clip_norm": [None, 1.0],
    "batch_norm": ["fixed", "update"],
    "activation_views": [0, 4],
    "head_init": ["default", "xavier"],
    "zero_gamma": [False, True],
}


@pytest.fixture
def load(tmp_path):
    def load_study(training: dict[str, Any], arms: dict[str, Any] = ARMS, **changes: Any) -> StudySpec:
        raw = {
            "name": "test",
            "data": {"target": {"digits": True}},
            "arms": arms,
            "training": training,
            "budget": {"epochs": 4},
        } | changes
        path = tmp_path / "test.yaml"
        path.write_text(yaml.safe_dump(raw, sort_keys=False))
        return load_spec(path)

    return load_study


def problems_of(load, training, arms=ARMS, **changes):
    with pytest.raises(SpecError) as caught:
        load(training, arms, **changes)
    return tuple(map(str, caught.value.problems))


def sampled(arm, **extra):
    values = {key: domain.sample() for key, domain in arm.space.items()}
    return values, sample_config(arm, values, data="x", seed=0, **extra)


def test_a_training_that_is_left_out_has_the_defaults_of_the_pipeline(load):
    for arm in build_arms(load({})):
        given = {key: arm.constants[key] for key in TRAINING_KEYS}
        assert given == dataclasses.asdict(Training())
        assert (arm.constants["head_init"], arm.constants["zero_gamma"]) == ("default", False)
        assert list(arm.space) == ["lr"]


def test_the_choices_below_cover_every_key_that_may_be_searched():
    assert set(CHOICES) == TRAINING_KEYS | set(SEARCHABLE_RUN_KEYS)


@pytest.mark.parametrize("key", CHOICES)
def test_a_searched_key_is_in_the_space_of_every_arm_and_every_sample_builds(load, key):
    for arm in build_arms(load({key: {"choice": CHOICES[key]}}, ON_IMAGES)):
        assert arm.space[key].categories == CHOICES[key]
        assert key not in arm.constants
        for _ in range(10):
            values, config = sampled(arm)
            run, phases = parse_config(config)
            owner = run if key in SEARCHABLE_RUN_KEYS else phases[0].training
            assert getattr(owner, key) == values[key]


@pytest.mark.parametrize("key", CHOICES)
def test_a_constant_is_the_same_in_every_run(load, key):
    value = CHOICES[key][-1]
    for arm in build_arms(load({key: value}, ON_IMAGES)):
        assert (arm.constants[key], key in arm.space) == (value, False)
        run, phases = parse_config(sampled(arm)[1])
        owner = run if key in SEARCHABLE_RUN_KEYS else phases[0].training
        assert getattr(owner, key) == value


def test_everything_may_be_searched_at_once(load):
    for arm in build_arms(load({key: {"choice": values} for key, values in CHOICES.items()}, ON_IMAGES)):
        assert set(arm.space) == {"lr", *CHOICES}
        for _ in range(50):
            _, phases = parse_config(sampled(arm)[1])
            assert sum(phase.num_epochs for phase in phases) == 4


def test_ranges_have_the_ends_that_the_file_gives_in_every_arm(load):
    training = {
        "weight_decay": {"log_uniform": [1e-5, 1e-2]},
        "accumulate": {"int": [1, 3]},
        "clip_norm": {"uniform": [0.5, 5]},
    }
    for arm in build_arms(load(training)):
        decay, norm, steps = (arm.space[key] for key in ("weight_decay", "clip_norm", "accumulate"))
        assert (decay.lower, decay.upper, norm.lower, norm.upper) == (1e-5, 1e-2, 0.5, 5)
        assert {steps.sample() for _ in range(100)} == {1, 2, 3}


def test_settings_of_a_run_are_constants_of_every_arm(load):
    run = {
        "batch_size": 8,
        "range_test_rule": "valley",
        "range_test_repeats": 1,
        "tta_views": 2,
        "snapshots": 3,
    }
    for arm in build_arms(load(run)):
        assert {key: arm.constants[key] for key in run} == run


WRONG = [
    (
        {"optimiser": "adam"},
        "training.optimiser: unknown key (did you mean optimizer?); allowed: optimizer, momentum, weight_decay,",
    ),
    ({"nesterov": True}, "training.nesterov: no key any more; optimizer: nag has Nesterov's momentum"),
    (
        {"optimizer": "sdg"},
        "training.optimizer: 'sdg' is not allowed; sgd, momentum, nag, adagrad, adadelta, a",
    ),
    (
        {"optimizer": {"choice": ["sgd", "sdg"]}},
        "training.optimizer: 'sdg' is not allowed; sgd, momentum, nag",
    ),
    ({"momentum": "auto"}, "training.momentum: 'auto' is not allowed; a number"),
    ({"momentum": True}, "training.momentum: true is not allowed; a number"),
    ({"momentum": {"uniform": [0.5, 1]}}, "training.momentum: 1.0 is not allowed; a number from 0, below 1"),
    (
        {"momentum": [0.5, 0.9]},
        "training.momentum: [0.5, 0.9] is not allowed; a number, {choice: [...]}, or one",
    ),
    ({"momentum": {"uniform": [0.9, 0.5]}}, "training.momentum: {'uniform': [0.9, 0.5]} is an empty range"),
    ({"weight_decay": -1}, "training.weight_decay: -1 is not allowed; a number, at least 0"),
    (
        {"weight_decay": {"auto_times": [0.1, 1]}},
        "training.weight_decay: {'auto_times': [0.1, 1]} is not allowed; auto_times is for the rates of arms",
    ),
    (
        {"image_scale": {"choice": [1, 1.5]}},
        "training.image_scale: 1.5 is not allowed; a number above 0, up to 1",
    ),
    ({"accumulate": {"uniform": [1, 2]}}, "training.accumulate: 1.0 is not allowed; a whole number"),
    ({"accumulate": {"int": [0, 2]}}, "training.accumulate: 0 is not allowed; a whole number, at least 1"),
    ({"clip_norm": 0}, "training.clip_norm: 0 is not allowed; a number above 0"),
    ({"clip_norm": "1"}, "training.clip_norm: '1' is not allowed; a number or empty"),
    ({"channels_last": 1}, "training.channels_last: 1 is not allowed; true or false"),
    ({"head_init": "he"}, "training.head_init: 'he' is not allowed; default or xavier"),
    (
        {"batch_size": {"choice": [8, 16]}},
        "training.batch_size: {'choice': [8, 16]} is not allowed; a whole number",
    ),
    ({"tta_views": -1}, "training.tta_views: -1 is not allowed; a whole number, at least 0"),
    ({"snapshots": 1.5}, "training.snapshots: 1.5 is not allowed; a whole number, at least 0"),
    (
        {"range_test_rule": "edge"},
        "training.range_test_rule: 'edge' is not allowed; valley, steepest, minimum_third",
    ),
    ({"seed": {"int": [0, 9]}}, "training.seed: unknown key"),
    (
        {"optimizer": "nag", "momentum": 0},
        "training.momentum: momentum is 0.0, but optimizer is 'nag': above 0 is allowed",
    ),
    (
        {"optimizer": {"choice": ["adam", "nag"]}, "momentum": {"uniform": [0, 0.9]}},
        "training.momentum: momentum is 0.0, but optimizer is 'nag': above 0 is allowed",
    ),
    (
        {"optimizer": {"choice": ["adam", "adamw"]}, "decay": {"choice": ["own", "l2"]}},
        "training.decay: decay is 'l2', but optimizer is 'adamw', whose decay is decoupled: own, decoupled",
    ),
]


@pytest.mark.parametrize(("training", "sentence"), WRONG, ids=[sentence[9:45] for _, sentence in WRONG])
def test_what_training_does_not_allow_is_refused_once_with_path_value_and_what_is_allowed(
    load, training, sentence
):
    problems = problems_of(load, training)
    assert len(problems) == 1, problems
    assert problems[0].startswith(sentence), problems


@pytest.mark.parametrize("zero_gamma", [True, {"choice": [False, True]}])
def test_blocks_that_start_as_the_identity_do_not_go_with_weights(load, zero_gamma):
    (problem,) = problems_of(
        load, {"zero_gamma": zero_gamma}, model={"architecture": "resnet18", "weights": "IMAGENET1K_V1"}
    )
    assert problem.startswith("training.zero_gamma: zero_gamma is true, but weights are 'IMAGENET1K_V1'")
    assert load({"zero_gamma": zero_gamma}).training.zero_gamma is not False


@pytest.mark.parametrize("batch_norm", ["update", {"choice": ["fixed", "update"]}])
def test_norms_that_follow_the_batches_are_refused_for_arms_that_train_on_activations(load, batch_norm):
    (problem,) = problems_of(load, {"batch_norm": batch_norm})
    assert problem == (
        "arms.adapted: training.batch_norm is 'update', but phase head trains on activations, which are computed "
        "once: fixed is allowed"
    )
    assert len(build_arms(load({"batch_norm": batch_norm}, ON_IMAGES))) == 2


def test_a_training_that_a_recipe_alters_into_an_impossible_one_is_refused_in_that_arm(load):
    """The recipe `step` trains with Nesterov's momentum."""
    arms = {"steps": {"recipe": "step", "search": {"lr": 0.1}}, **ON_IMAGES}
    (problem,) = problems_of(load, {"optimizer": "sgd", "momentum": 0}, arms)
    assert problem == "arms.steps: training.momentum is 0.0, but optimizer is 'nag': above 0 is allowed"


def test_a_key_of_training_is_refused_in_an_arm(load):
    arm = {"recipe": "cosine", "search": {"label_smoothing": {"choice": [0, 0.1]}}}
    (problem,) = problems_of(load, {}, {"cosine": arm, "fixed": ARMS["fixed"]})
    assert problem == (
        "arms.cosine.search.label_smoothing: not allowed in an arm; it belongs to training: and is the same for "
        "every arm"
    )


def test_a_grid_has_the_choices_of_training_and_no_ranges(load):
    grid = {"algorithm": "grid"}
    training = {"optimizer": {"choice": ["sgd", "adam"]}, "accumulate": {"int": [1, 3]}}
    spec = load(training, ON_IMAGES, search=grid, budget={"epochs": 4, "trials": 12})
    assert spec.warnings == ()  # 2 rates, 2 optimizers and 3 numbers of batches are 12 points
    assert build_arms(spec)[0].space["accumulate"].categories == [1, 2, 3]
    (warning, _) = load(training, ON_IMAGES, search=grid, budget={"epochs": 4, "trials": 5}).warnings
    assert warning == "budget.trials is 5, but the grid of arms.cosine has 12 points: 5 of them are run"
    (problem,) = problems_of(load, {"weight_decay": {"log_uniform": [1e-4, 1e-2]}}, ON_IMAGES, search=grid)
    assert problem == (
        "training.weight_decay: {'log_uniform': [0.0001, 0.01]} is not allowed with search.algorithm grid; "
        "a list, such as {choice: [0.0001, 0.001, 0.01]}"
    )


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (
            {"momentum": {"uniform": [0.5, 0.9]}, "optimizer": "adam"},
            "training.momentum is searched, but changes nothing in arms cosine and fixed",
        ),
        (
            {"min_crop_area": {"choice": [0.1, 0.5]}, "augment": {"choice": ["none", "crop"]}},
            "training.min_crop_area is searched, but changes nothing in arms cosine and fixed",
        ),
        (
            {"activation_views": {"choice": [0, 2]}},
            "training.activation_views is searched, but changes nothing in arms cosine and fixed",
        ),
    ],
)
def test_a_search_that_changes_nothing_is_warned_of(load, training, sentence):
    (warning,) = load(training, ON_IMAGES).warnings
    assert warning == sentence


def test_only_the_arms_in_which_a_search_changes_nothing_are_named(load):
    """The paper's steps have an optimizer of their own; a head alone on activations is not mixed."""
    training = {"optimizer": {"choice": ["momentum", "adam"]}, "mixup": {"choice": [0, 0.2]}}
    lr = {"lr": {"log_uniform": [1e-3, 1e-1]}}
    arms = {
        "steps": {"recipe": "step", "search": lr},
        "head": {"recipe": "feature_extraction", "search": lr},
        "idle": {
            "recipe": "adaptation",
            "head_epochs": 0,
            "search": {**lr, "head_lr": {"choice": [0.1, 0.2]}},
        },
    }
    assert load(training, arms).warnings == (
        "training.optimizer is searched, but changes nothing in arm steps",
        "training.mixup is searched, but changes nothing in arm head",
        "arms.idle.search.head_lr is searched, but changes nothing",
    )


def test_a_search_that_can_change_something_is_not_warned_of(load):
    training = {
        "momentum": {"uniform": [0.5, 0.9]},
        "optimizer": {"choice": ["adam", "nag"]},
        "min_crop_area": {"choice": [0.1, 0.5]},
        "augment": "resized_crop",
    }
    assert load(training, ON_IMAGES).warnings == ()


def test_it_is_said_that_the_sources_weights_are_trained_with_defaults(load):
    data = {"target": {"digits": True, "classes": [0, 1]}, "source": {"digits": True, "classes": [2, 3]}}
    training = {"optimizer": {"choice": ["sgd", "adam"]}, "dropout": {"uniform": [0, 0.5]}, "mixup": 0.2}
    (warning,) = load(training, data=data, model={"weights": "source"}).warnings
    assert warning == (
        "training is searched, but the source's weights are trained before that: with optimizer momentum, dropout 0.0"
    )
    assert load({"mixup": 0.2}, data=data, model={"weights": "source"}).warnings == ()


def test_a_wrong_key_in_a_preset_is_named(load):
    presets = {"small": {"training": {"momentum": {"choice": [0.5, 2]}}}}
    (problem,) = problems_of(load, {}, presets=presets)
    assert problem == "presets.small.training.momentum: 2 is not allowed; a number from 0, below 1"


def test_constants_and_searches_are_read_back_from_the_resolved_file(load, tmp_path):
    spec = load({"momentum": 0, "dropout": {"choice": [0, 0.5]}, "clip_norm": {"log_uniform": [0.1, 10]}})
    (tmp_path / "study.yaml").write_text(dump_spec(spec))
    again = load_spec(tmp_path / "study.yaml")
    assert again == spec
    assert again.training.searched == {
        "dropout": Choice(values=(0, 0.5)),
        "clip_norm": Range(kind="log_uniform", low=0.1, high=10.0),
    }
    assert type(again.training.constants["momentum"]) is float

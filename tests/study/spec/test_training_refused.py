"""Settings that `training` does not allow are refused, once, with path, value and what is allowed."""

import pytest

from study.spec.arms import build_arms
from tests.support.study_files import ON_IMAGES, TRAINED_ARMS, problems_of_training

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
    load_training, training, sentence
):
    problems = problems_of_training(load_training, training)
    assert len(problems) == 1, problems
    assert problems[0].startswith(sentence), problems


@pytest.mark.parametrize("zero_gamma", [True, {"choice": [False, True]}])
def test_blocks_that_start_as_the_identity_do_not_go_with_weights(load_training, zero_gamma):
    (problem,) = problems_of_training(
        load_training,
        {"zero_gamma": zero_gamma},
        model={"architecture": "resnet18", "weights": "IMAGENET1K_V1"},
    )
    assert problem.startswith("training.zero_gamma: zero_gamma is true, but weights are 'IMAGENET1K_V1'")
    assert load_training({"zero_gamma": zero_gamma}).training.zero_gamma is not False


@pytest.mark.parametrize("batch_norm", ["update", {"choice": ["fixed", "update"]}])
def test_norms_that_follow_the_batches_are_refused_for_arms_that_train_on_activations(
    load_training, batch_norm
):
    (problem,) = problems_of_training(load_training, {"batch_norm": batch_norm})
    assert problem == (
        "arms.adapted: training.batch_norm is 'update', but phase head trains on activations, which are computed "
        "once: fixed is allowed"
    )
    assert len(build_arms(load_training({"batch_norm": batch_norm}, ON_IMAGES))) == 2


def test_a_training_that_a_recipe_alters_into_an_impossible_one_is_refused_in_that_arm(load_training):
    """The recipe `step` trains with Nesterov's momentum."""
    arms = {"steps": {"recipe": "step", "search": {"lr": 0.1}}, **ON_IMAGES}
    (problem,) = problems_of_training(load_training, {"optimizer": "sgd", "momentum": 0}, arms)
    assert problem == "arms.steps: training.momentum is 0.0, but optimizer is 'nag': above 0 is allowed"


def test_a_key_of_training_is_refused_in_an_arm(load_training):
    arm = {"recipe": "cosine", "search": {"label_smoothing": {"choice": [0, 0.1]}}}
    (problem,) = problems_of_training(load_training, {}, {"cosine": arm, "fixed": TRAINED_ARMS["fixed"]})
    assert problem == (
        "arms.cosine.search.label_smoothing: not allowed in an arm; it belongs to training: and is the same for "
        "every arm"
    )


def test_a_wrong_key_in_a_preset_is_named(load_training):
    presets = {"small": {"training": {"momentum": {"choice": [0.5, 2]}}}}
    (problem,) = problems_of_training(load_training, {}, presets=presets)
    assert problem == "presets.small.training.momentum: 2 is not allowed; a number from 0, below 1"

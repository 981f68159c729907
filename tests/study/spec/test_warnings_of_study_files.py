"""Study files that are allowed, but hardly meant."""

import pytest

from study.spec.study_file import (
    load_spec,
)
from tests.support.study_files import ARMS, ON_IMAGES


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"confirm": {"seeds": 1}}, "confirm.seeds is 1: no interval can be given"),
        ({"confirm": {"seeds": 0}}, "confirm.seeds is 0: nothing is confirmed"),
        ({"arms": {"fixed": ARMS["fixed"]}}, "arms has only fixed: there is nothing to compare it with"),
        (
            {"data": {"target": {"digits": True}, "source": {"digits": True}}},
            "data.source is given, but model.weights is 'none': the source is not used",
        ),
        (
            {
                "search": {"algorithm": "grid"},
                "budget": {"trials": 4},
                "arms": {
                    "fixed": ARMS["fixed"] | {"search": {"lr": {"choice": [0.1, 0.2]}}},
                    "b": {"recipe": "cosine", "search": {"lr": {"choice": [1, 2, 3, 4]}}},
                },
            },
            "budget.trials is 4, but the grid of arms.fixed has 2 points: 2 of them are run",
        ),
    ],
)
def test_what_is_hardly_meant_is_warned_of(write, changes, sentence):
    (warning,) = load_spec(write(**changes)).warnings
    assert warning.startswith(sentence)


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
def test_a_search_that_changes_nothing_is_warned_of(load_training, training, sentence):
    (warning,) = load_training(training, ON_IMAGES).warnings
    assert warning == sentence


def test_only_the_arms_in_which_a_search_changes_nothing_are_named(load_training):
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
    assert load_training(training, arms).warnings == (
        "training.optimizer is searched, but changes nothing in arm steps",
        "training.mixup is searched, but changes nothing in arm head",
        "arms.idle.search.head_lr is searched, but changes nothing",
    )


def test_a_search_that_can_change_something_is_not_warned_of(load_training):
    training = {
        "momentum": {"uniform": [0.5, 0.9]},
        "optimizer": {"choice": ["adam", "nag"]},
        "min_crop_area": {"choice": [0.1, 0.5]},
        "augment": "resized_crop",
    }
    assert load_training(training, ON_IMAGES).warnings == ()


def test_it_is_said_that_the_sources_weights_are_trained_with_defaults(load_training):
    data = {"target": {"digits": True, "classes": [0, 1]}, "source": {"digits": True, "classes": [2, 3]}}
    training = {"optimizer": {"choice": ["sgd", "adam"]}, "dropout": {"uniform": [0, 0.5]}, "mixup": 0.2}
    (warning,) = load_training(training, data=data, model={"weights": "source"}).warnings
    assert warning == (
        "training is searched, but the source's weights are trained before that: with optimizer momentum, dropout 0.0"
    )
    assert load_training({"mixup": 0.2}, data=data, model={"weights": "source"}).warnings == ()

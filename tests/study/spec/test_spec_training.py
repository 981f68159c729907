"""The settings of training in a study file: constants or searched, the same for every arm."""

import dataclasses
from typing import Any

import pytest

from study.ranges import Choice, Range
from study.samplers.random import Random
from study.spec.arms import build_arms, sample_config
from study.spec.study_file import dump_spec, load_spec
from study.spec.training import SEARCHABLE_RUN_KEYS
from tests.support.spaces import choice, log_uniform, uniform, whole
from tests.support.study_files import (
    ON_IMAGES,
    problems_of_training,
)
from trainables.config import TRAINING_KEYS, parse_config
from trainables.plan.training import Training

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


def sampled(arm, seed=0, **extra):
    values = Random(arm.space, seed=seed, num_trials=1).ask()
    return values, sample_config(arm, values, data="x", seed=0, **extra)


def test_a_training_that_is_left_out_has_the_defaults_of_the_pipeline(load_training):
    for arm in build_arms(load_training({})):
        given = {key: arm.constants[key] for key in TRAINING_KEYS}
        assert given == dataclasses.asdict(Training())
        assert (arm.constants["head_init"], arm.constants["zero_gamma"]) == ("default", False)
        assert list(arm.space) == ["lr"]


def test_the_choices_below_cover_every_key_that_may_be_searched():
    assert set(CHOICES) == TRAINING_KEYS | set(SEARCHABLE_RUN_KEYS)


@pytest.mark.parametrize("key", CHOICES)
def test_a_searched_key_is_in_the_space_of_every_arm_and_every_sample_builds(load_training, key):
    for arm in build_arms(load_training({key: {"choice": CHOICES[key]}}, ON_IMAGES)):
        assert list(arm.space[key].values) == CHOICES[key]
        assert key not in arm.constants
        for seed in range(10):
            values, config = sampled(arm, seed)
            run, phases = parse_config(config)
            owner = run if key in SEARCHABLE_RUN_KEYS else phases[0].training
            assert getattr(owner, key) == values[key]


@pytest.mark.parametrize("key", CHOICES)
def test_a_constant_is_the_same_in_every_run(load_training, key):
    value = CHOICES[key][-1]
    for arm in build_arms(load_training({key: value}, ON_IMAGES)):
        assert (arm.constants[key], key in arm.space) == (value, False)
        run, phases = parse_config(sampled(arm)[1])
        owner = run if key in SEARCHABLE_RUN_KEYS else phases[0].training
        assert getattr(owner, key) == value


def test_everything_may_be_searched_at_once(load_training):
    for arm in build_arms(
        load_training({key: {"choice": values} for key, values in CHOICES.items()}, ON_IMAGES)
    ):
        assert set(arm.space) == {"lr", *CHOICES}
        for seed in range(50):
            _, phases = parse_config(sampled(arm, seed)[1])
            assert sum(phase.num_epochs for phase in phases) == 4


def test_ranges_have_the_ends_that_the_file_gives_in_every_arm(load_training):
    training = {
        "weight_decay": {"log_uniform": [1e-5, 1e-2]},
        "accumulate": {"int": [1, 3]},
        "clip_norm": {"uniform": [0.5, 5]},
    }
    for arm in build_arms(load_training(training)):
        decay, norm, steps = (arm.space[key] for key in ("weight_decay", "clip_norm", "accumulate"))
        assert (decay, norm, steps) == (log_uniform(1e-5, 1e-2), uniform(0.5, 5.0), whole(1, 3))


def test_settings_of_a_run_are_constants_of_every_arm(load_training):
    run = {
        "batch_size": 8,
        "range_test_rule": "valley",
        "range_test_repeats": 1,
        "tta_views": 2,
        "snapshots": 3,
    }
    for arm in build_arms(load_training(run)):
        assert {key: arm.constants[key] for key in run} == run


def test_a_grid_has_the_choices_of_training_and_no_ranges(load_training):
    grid = {"algorithm": "grid"}
    training = {"optimizer": {"choice": ["sgd", "adam"]}, "accumulate": {"int": [1, 3]}}
    spec = load_training(training, ON_IMAGES, search=grid, budget={"epochs": 4, "trials": 12})
    assert spec.warnings == ()  # 2 rates, 2 optimizers and 3 numbers of batches are 12 points
    assert build_arms(spec)[0].space["accumulate"] == choice(1, 2, 3)
    (warning, _) = load_training(training, ON_IMAGES, search=grid, budget={"epochs": 4, "trials": 5}).warnings
    assert warning == "budget.trials is 5, but the grid of arms.cosine has 12 points: 5 of them are run"
    (problem,) = problems_of_training(
        load_training, {"weight_decay": {"log_uniform": [1e-4, 1e-2]}}, ON_IMAGES, search=grid
    )
    assert problem == (
        "training.weight_decay: {'log_uniform': [0.0001, 0.01]} is not allowed with search.algorithm grid; "
        "a list, such as {choice: [0.0001, 0.001, 0.01]}"
    )


def test_constants_and_searches_are_read_back_from_the_resolved_file(load_training, tmp_path):
    spec = load_training(
        {"momentum": 0, "dropout": {"choice": [0, 0.5]}, "clip_norm": {"log_uniform": [0.1, 10]}}
    )
    (tmp_path / "study.yaml").write_text(dump_spec(spec))
    again = load_spec(tmp_path / "study.yaml")
    assert again == spec
    assert again.training.searched == {
        "dropout": Choice(values=(0, 0.5)),
        "clip_norm": Range(kind="log_uniform", low=0.1, high=10.0),
    }
    assert type(again.training.constants["momentum"]) is float

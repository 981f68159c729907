import dataclasses
from pathlib import Path

import pytest
import torch
from torch import nn

from trainables.config import RunConfig
from trainables.inputs.inputs import ActivationInputs
from trainables.loop.auto_rate import images_tested, shared_suggestion, suggest_rate, suggestion_key
from trainables.loop.sweep import CROSS_ENTROPY
from trainables.networks.normalisation import Normalisation
from trainables.plan.training import Place, Training
from trainables.range_test import Suggestion, combine

CONFIG = RunConfig(recipe="cosine", data="none", epochs=1, batch_size=32, range_test_rule="valley")


def few(num_images: int) -> ActivationInputs:
    """Activations of three classes, far apart."""
    draws = torch.Generator().manual_seed(0)
    labels = torch.arange(num_images) % 3
    values = torch.eye(4)[labels] + 0.3 * torch.randn(num_images, 4, generator=draws)
    return ActivationInputs(values=values[None], labels=labels, seed=0)


def head() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Linear(4, 3)


def optimizer(module: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD([{"params": list(module.parameters()), "initial_lr": 1.0, "shrink": 0.0}], lr=1.0)


def suggested(config: RunConfig, num_images: int = 30, training: Training | None = None) -> Suggestion:
    return suggest_rate(
        head(),
        optimizer,
        few(num_images),
        config=config,
        training=training or Training(),
        loss=CROSS_ENTROPY,
    )


@pytest.mark.parametrize(("num_images", "batch_size"), [(30, 32), (30, 8), (3, 32), (330, 32)])
def test_batches_are_cycled_where_images_are_few(num_images: int, batch_size: int) -> None:
    found = suggested(dataclasses.replace(CONFIG, batch_size=batch_size), num_images)
    assert len(found.tests) == 3
    assert all(len(test.rates) > 50 for test in found.tests)


def test_sampling_and_accumulation_are_those_of_the_phase() -> None:
    plain = suggested(CONFIG).tests[0].losses
    assert suggested(CONFIG, training=Training(sampling="balanced")).tests[0].losses != plain
    assert len(suggested(CONFIG, training=Training(accumulate=3)).tests[0].losses) > 50


def test_repeats_see_other_batches_and_a_seed_repeats_itself() -> None:
    config = dataclasses.replace(CONFIG, batch_size=8)
    one, two, three = suggested(config).tests
    assert len({one.losses, two.losses, three.losses}) == 3
    assert suggested(config).tests == (one, two, three)
    assert suggested(dataclasses.replace(config, seed=1)).tests[0] != one


def test_the_cache_has_the_curves_and_every_rule_shares_them(tmp_path: Path) -> None:
    built = 0

    def build() -> Suggestion:
        nonlocal built
        built += 1
        return suggested(CONFIG)

    valley = shared_suggestion("key", build=build, cache=tmp_path, rule="valley")
    steepest = shared_suggestion("key", build=build, cache=tmp_path, rule="steepest")
    again = shared_suggestion("key", build=build, cache=tmp_path, rule="valley")
    assert built == 1
    assert valley.value == again.value == suggested(CONFIG)
    assert (valley.value.rule, steepest.value.rule) == ("valley", "steepest")
    assert steepest.value.tests == valley.value.tests
    assert steepest.value == combine(valley.value.tests, rule="steepest")
    assert steepest.value.lr != valley.value.lr
    assert valley.own_seconds > 0
    assert steepest.own_seconds == 0
    assert steepest.shared_seconds == pytest.approx(valley.own_seconds)


def key(
    config: RunConfig = CONFIG, training: Training | None = None, on: Place = "images", std: float = 0.5
) -> object:
    return suggestion_key(
        head(),
        config=config,
        training=training or Training(),
        data_key="d",
        normalisation=Normalisation(mean=(0.5,), std=(std,)),
        lr_scales=(1.0,),
        on=on,
    )


def test_the_key_has_what_the_curves_depend_on_and_not_the_rule() -> None:
    assert key(dataclasses.replace(CONFIG, range_test_rule="steepest")) == key()
    assert key(dataclasses.replace(CONFIG, range_test_repeats=4)) != key()
    assert key(dataclasses.replace(CONFIG, seed=4)) != key()
    assert key(std=0.25) != key()
    for other in (Training(momentum=0.8), Training(augment="none"), Training(clip_norm=1.0)):
        assert key(training=other) != key()


def test_runs_that_differ_in_what_no_test_reads_share_it() -> None:
    for other in (Training(mixup=0.4), Training(compile=True), Training(reference_batch=64)):
        assert key(training=other) == key()
        assert key(training=other, on="activations") == key(on="activations")
    assert key(training=Training(activation_views=2)) == key()
    assert key(training=Training(activation_views=2), on="activations") != key(on="activations")
    assert key(training=Training(augment="flip"), on="activations") == key(on="activations")
    views = Training(activation_views=2)
    flipped = dataclasses.replace(views, augment="flip")
    assert key(training=flipped, on="activations") != key(training=views, on="activations")


def test_images_that_went_through_the_module_are_counted_as_they_were() -> None:
    """30 images in batches of 8, 8, 8 and 6; two batches a step, and the step that ended the test with them."""
    training, config = Training(accumulate=2), dataclasses.replace(CONFIG, batch_size=8)
    found = suggested(config, training=training)
    steps = sum(len(test.rates) for test in found.tests)
    assert images_tested(found, 30, config=config, training=training) in range(steps * 15 - 3, steps * 15 + 4)
    tests = (dataclasses.replace(found.tests[0], rates=(1e-6, 1e-5), ended="not_finite"),)
    ended = dataclasses.replace(found, tests=tests)
    assert images_tested(ended, 30, config=config, training=training) == 30 + 16

"""The line `gpu_94` on a CPU, with a tiny network, a few images and another goal."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import torch

from benchmarks.harness.bare_loop import crop_and_flip
from benchmarks.harness.goal import Goal, way_to
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.lines import gpu_94
from trainables.run import start
from trainables.schedules import OneCycle

CPU = torch.device("cpu")
TINY = Goal(accuracy=0.0, architecture="small_resnet", width=16, epochs=2, batch_size=64, lr=0.05)
OUT_OF_REACH = replace(TINY, accuracy=1.1)


def test_both_sides_take_the_same_steps_at_the_same_rates(few_images: Settings, rates: list[float]) -> None:
    config = gpu_94.config_of(few_images, OUT_OF_REACH, device=CPU, seed=1)
    gpu_94.ours(config, OUT_OF_REACH)
    own, rates[:] = list(rates), []
    gpu_94.theirs(config, OUT_OF_REACH)
    cycle = OneCycle(num_epochs=2)
    assert own == [0.05 * cycle.factor(step, steps_per_epoch=5) for step in range(10)]
    assert rates == pytest.approx(own)


def test_both_sides_begin_with_the_same_network_and_images(few_images: Settings) -> None:
    config = gpu_94.config_of(few_images, TINY, device=CPU, seed=1)
    fit, bare = start(config), gpu_94.bare_loop(config, TINY)
    own, other = fit.task.network.state_dict(), bare.network.state_dict()
    assert all(torch.equal(own[name], other[name]) for name in own)
    train = fit.task.train
    assert torch.equal(bare.train.labels, train.labels)
    assert torch.equal(bare.train.pixels[7], (train.images[7] - train.mean.view(-1)) / train.std.view(-1))
    assert len(bare.val.labels) == len(fit.task.val.labels) == 40


def test_both_sides_decay_the_same_parameters_with_the_same_momentum(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[dict[float, int]] = []
    step = torch.optim.SGD.step

    def looked_at(optimizer: torch.optim.SGD, *arguments: Any) -> Any:
        sizes: Counter[float] = Counter()
        for group in optimizer.param_groups:
            assert (group["momentum"], group["nesterov"]) == (0.9, True)
            sizes[group["weight_decay"]] += sum(p.numel() for p in group["params"])
        found.append(dict(sizes))
        return step(optimizer, *arguments)

    monkeypatch.setattr(torch.optim.SGD, "step", looked_at)
    config = gpu_94.config_of(few_images, TINY, device=CPU, seed=1)
    gpu_94.ours(config, TINY)
    gpu_94.theirs(config, TINY)
    assert len(found) == 10
    assert all(sizes == found[0] for sizes in found)
    assert set(found[0]) == {0.0, 5e-4}


def test_crops_of_the_bare_loop_are_windows_of_the_padded_image_mirrored_or_not() -> None:
    padded = torch.arange(2 * 6 * 6 * 1).view(2, 6, 6, 1)
    crops = crop_and_flip(padded, torch.tensor([1, 0, 1, 1]), reach=1)
    assert crops.shape == (4, 1, 4, 4)
    for crop, image in zip(crops[:, 0], (1, 0, 1, 1), strict=True):
        windows = [padded[image, y : y + 4, x : x + 4, 0] for y in range(3) for x in range(3)]
        assert any(torch.equal(crop, way) for window in windows for way in (window, window.flip(1)))


def test_every_pair_has_a_start_of_its_own(few_images: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[tuple[str, int]] = []
    for side in ("ours", "theirs"):
        whole = getattr(gpu_94, side)
        monkeypatch.setattr(
            gpu_94, side, lambda c, g, side=side, whole=whole: seeds.append((side, c["seed"])) or whole(c, g)
        )
    twice = replace(few_images, quick=False)
    monkeypatch.setattr(gpu_94, "TURNS", 2)
    assert gpu_94.time_to(TINY, twice, device=CPU).n == 2
    assert seeds[2:] == [("ours", 0), ("theirs", 0), ("theirs", 1), ("ours", 1)], "after the warm-up"


def test_a_goal_that_is_missed_is_an_error_that_says_how_far_both_came(few_images: Settings) -> None:
    words = r"not every run reached 1.1; the best epochs had: lrstudy 0\.\d+; the bare loop 0\.\d+"
    with pytest.raises(RuntimeError, match=words):
        gpu_94.time_to(replace(OUT_OF_REACH, epochs=1), few_images, device=CPU)


def test_a_way_ends_where_the_accuracy_is_reached() -> None:
    epochs = iter([(1.0, 0.5), (2.0, None), (4.0, 0.94), (8.0, 0.99)])
    way = way_to(0.94, epochs)
    assert (way.seconds, way.best, way.reached) == (7.0, 0.94, True)
    assert next(epochs) == (8.0, 0.99), "it is trained no further"
    missed = way_to(0.94, [(1.0, 0.5), (2.0, 0.4)])
    assert (missed.seconds, missed.best, missed.reached) == (3.0, 0.5, False)


def test_images_that_are_not_cifar_10_are_not_measured(few_images: Settings) -> None:
    words = "needs CIFAR-10, --images FOLDER with 10 classes of 4,000 training images or more, and many-images has"
    with pytest.raises(NotMeasurableError, match=re.escape(words)):
        gpu_94.measure(few_images, device=CPU)

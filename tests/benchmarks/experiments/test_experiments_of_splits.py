"""The simulated splits, in small: what a naive interval misses, and which images may be tested again."""

import numpy as np
import pytest

from benchmarks.experiments.simulations.coverage_of_doublings import LAWS, SIZES, draw_study
from benchmarks.experiments.simulations.splits import coverage_of_splits
from benchmarks.experiments.simulations.splits.coverage_of_splits import (
    coverage,
    differences,
    true_difference,
)
from benchmarks.experiments.simulations.splits.searched_splits import optimism
from benchmarks.experiments.simulations.splits.simulated_splits import (
    TEST_SHARE,
    draw_images,
    draw_split,
    taken,
)


def test_splits_are_stratified_and_whole():
    generator = np.random.default_rng(0)
    _, labels = draw_images(3, 40, generator)
    rest, test = draw_split(labels, generator)
    assert test.shape[1] == TEST_SHARE * 40
    assert (taken(labels, test).sum(axis=1) == 0).all()
    assert (np.sort(np.concatenate([rest, test], axis=1), axis=1) == np.arange(40)).all()


def test_the_corrected_interval_covers_what_the_naive_one_misses(monkeypatch):
    monkeypatch.setattr(coverage_of_splits, "TRUTHS", 4000)
    generator = np.random.default_rng(1)
    truth = true_difference("other features", 60, generator)
    found = differences("other features", num_images=80, num_splits=10, num_seeds=1, num_studies=100, seed=0)
    one = coverage(found, truth)
    assert one.corrected > 0.9
    assert one.naive < 0.85


@pytest.mark.slow
def test_validation_images_that_are_tested_flatter_the_winner_and_others_do_not():
    aside, mixed = (
        optimism(num_images=100, keep_validation=keep, num_studies=1200, seed=0) for keep in (True, False)
    )
    assert mixed.test_images > 4 * mixed.error
    assert aside.test_images < 3 * aside.error
    assert aside.validation > 0.05


def test_simulated_studies_follow_their_law():
    law = LAWS["steep"]
    tables = draw_study(law, num_seeds=20, num_images=4000, generator=np.random.default_rng(2))
    assert [table.mean() for table in tables] == pytest.approx([law.at(size) for size in SIZES], abs=0.03)

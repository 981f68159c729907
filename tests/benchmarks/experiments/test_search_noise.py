"""The simulated searches, in small: what one search's interval misses, that over several searches covers."""

import numpy as np
import optuna
import pytest

from benchmarks.experiments.simulations.search_noise import SURFACES, cell
from benchmarks.experiments.simulations.simulated_searches import (
    confirmed_differences,
    mean_accuracy,
    searched_accuracy,
)


def test_a_search_finds_more_than_chance_and_less_than_the_best():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    steep, generator = SURFACES["steep"], np.random.default_rng(0)
    best = mean_accuracy("fixed", {"lr": 10**-2.2}, steep)
    found = [
        searched_accuracy("fixed", steep, num_trials=8, seed=seed, generator=generator) for seed in range(4)
    ]
    assert best == pytest.approx(0.88)
    assert max(found) <= best
    assert np.mean(found) > 0.80  # a rate at random loses 0.12 on a square of 1 on average, and is at 0.74


def test_the_confirmed_accuracies_are_the_ones_asked_for():
    arm, reference = np.full(40, 0.9), np.full(40, 0.8)
    found = confirmed_differences(arm, reference, num_images=2000, generator=np.random.default_rng(1))
    assert found.shape == (40, 5, 2000)
    assert found.mean() == pytest.approx(0.1, abs=0.02)


def test_one_search_misses_what_several_cover():
    """Winners that lie 0.03 apart: far more than five seeds and 500 images."""
    generator = np.random.default_rng(2)
    arm, reference = (generator.normal(0.8, 0.03, 200) for _ in range(2))
    one, five = (cell(arm, reference, repeats=n, num_images=500, num_studies=60) for n in (1, 5))
    assert one.covered < 0.8
    assert five.covered > 0.85

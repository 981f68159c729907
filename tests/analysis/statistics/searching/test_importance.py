"""Importances of settings of which is known how much they matter."""

import numpy as np
import pytest

from analysis.statistics.searching.importance import forest_importances


def square(num_settings):
    generator = np.random.default_rng(9)
    return generator.random((256, num_settings)), generator.random((256, num_settings))


def test_shares_follow_what_the_settings_do():
    """Of 0.3 x + 0.2 y + 0 z: x has nine thirteenths of the variance over a cube, z none."""
    generator = np.random.default_rng(0)
    points = generator.random((60, 3))
    values = 0.3 * points[:, 0] + 0.2 * points[:, 1] + generator.normal(0, 0.005, 60)
    found = forest_importances(points, values, space=square(points.shape[1]), confidence=0.95)
    assert found is not None
    assert found.shares.sum() == pytest.approx(1.0)
    assert 9 / 13 - 0.1 < found.shares[0] < 0.9  # trees split by the greater one first, and give it more
    assert found.shares[0] > found.shares[1] > found.shares[2]
    assert (found.low <= found.shares).all()
    assert (found.shares <= found.high).all()


def test_noise_alone_leaves_wide_intervals_that_overlap():
    generator = np.random.default_rng(1)
    points, values = generator.random((12, 2)), generator.normal(0.8, 0.02, 12)
    found = forest_importances(points, values, space=square(points.shape[1]), confidence=0.95)
    assert found is not None
    assert (found.high - found.low > 0.3).all()
    assert found.low.max() < found.high.min()


def test_values_that_nothing_changes_have_no_shares():
    points = np.random.default_rng(2).random((12, 2))
    assert forest_importances(points, np.full(12, 0.8), space=square(2), confidence=0.95) is None

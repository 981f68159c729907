"""Total effects against a surface whose shares are known."""

import numpy as np
import pytest

from analysis.statistics.importance import total_effects
from analysis.statistics.response_surface import Observed, fit_surface


def test_shares_of_a_plane_are_those_of_its_squared_slopes():
    """Of 0.2 x + 0.1 y, over a square, x has four fifths of the variance."""
    generator = np.random.default_rng(0)
    points = generator.random((40, 2))
    observed = Observed(
        points=points,
        categorical=np.zeros(2, dtype=bool),
        values=0.2 * points[:, 0] + 0.1 * points[:, 1] + generator.normal(0, 0.002, 40),
        seeds=np.arange(40),
    )
    left, right = generator.random((2, 96, 2))
    found = total_effects(fit_surface(observed), left, right, confidence=0.95)
    assert found.shares.sum() == pytest.approx(1.0)
    assert found.shares[0] == pytest.approx(0.8, abs=0.05)
    assert found.low[0] <= found.shares[0] <= found.high[0]
    assert found.high[0] - found.low[0] < 0.1


def test_few_and_noisy_trials_leave_wide_intervals():
    generator = np.random.default_rng(1)
    points = generator.random((8, 2))
    observed = Observed(
        points=points,
        categorical=np.zeros(2, dtype=bool),
        values=generator.normal(0.8, 0.02, 8),
        seeds=np.arange(8),
    )
    left, right = generator.random((2, 48, 2))
    found = total_effects(fit_surface(observed), left, right, confidence=0.95)
    assert (found.high - found.low > 0.6).all()

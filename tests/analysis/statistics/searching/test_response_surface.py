"""A surface against scikit-learn's Gaussian process, and its draws against its own moments."""

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from analysis.statistics.searching import response_surface as surfaces
from analysis.statistics.searching.response_surface import (
    Observed,
    Scales,
    Surface,
    fit_surface,
    squared_distances,
)


def observed(num=10, num_settings=2, *, noise=0.01, seeds=None, seed=0):
    generator = np.random.default_rng(seed)
    points = generator.random((num, num_settings))
    values = 0.9 - 0.5 * (points[:, 0] - 0.4) ** 2 + generator.normal(0, noise, num)
    return Observed(
        points=points,
        categorical=np.zeros(num_settings, dtype=bool),
        values=values,
        seeds=np.arange(num) if seeds is None else seeds,
    )


def surface_of(runs, *, shared=0.0):
    scales = Scales(
        lengths=np.array([[0.4, 1.5]]),
        height=np.array([0.9]),
        noise=np.array([0.3]),
        shared=np.array([shared]),
    )
    return Surface(observed=runs, scales=scales, centre=runs.values.mean(), unit=runs.values.std())


def test_mean_and_deviation_are_those_of_scikit_learns_process():
    runs = observed()
    surface = surface_of(runs)
    kernel = ConstantKernel(0.9**2) * Matern([0.4, 1.5], nu=2.5) + ConstantKernel(surfaces.LEVEL_SPREAD**2)
    oracle = GaussianProcessRegressor(kernel, alpha=0.3**2 + surfaces.JITTER, optimizer=None)
    oracle.fit(runs.points, (runs.values - surface.centre) / surface.unit)
    points = np.random.default_rng(1).random((7, 2))
    mean, deviation = oracle.predict(points, return_std=True)
    found = surface.mean_and_deviation(points)
    assert found[0] == pytest.approx(surface.centre + surface.unit * mean, abs=1e-9)
    assert found[1] == pytest.approx(surface.unit * deviation, rel=1e-6)


def test_drawn_surfaces_have_the_moments():
    surface = surface_of(observed())
    points = np.random.default_rng(1).random((4, 2))
    drawn = surface.draw(points, each=20_000, generator=np.random.default_rng(2))
    mean, covariance = surface.moments(points)
    size = float(np.sqrt(covariance[0].diagonal().max()))
    assert drawn.shape == (20_000, 4)
    assert drawn.mean(axis=0) == pytest.approx(mean[0], abs=0.03 * size)
    assert np.cov(drawn.T) == pytest.approx(covariance[0], abs=0.06 * size**2)


def test_noise_that_a_seed_shares_is_not_read_off_its_other_settings():
    """Runs of one seed that all lie high say less of the level than as many of seeds of their own."""
    points = np.random.default_rng(3).random((1, 2))
    own = surface_of(observed(), shared=0.9).mean_and_deviation(points)[1]
    one_seed = surface_of(observed(seeds=np.zeros(10)), shared=0.9).mean_and_deviation(points)[1]
    assert one_seed[0] > 1.05 * own[0]


def test_settings_without_order_are_equally_far_apart():
    left, right = np.array([[0.2, 0.0]]), np.array([[0.5, 1.0], [0.2, 7.0], [0.2, 0.0]])
    found = squared_distances(left, right, np.array([False, True]))
    assert found[0, 0].tolist() == pytest.approx([0.09, 0.0, 0.0])
    assert found[1, 0].tolist() == [1.0, 1.0, 0.0]


def test_a_fitted_surface_tells_noise_from_shape_and_irrelevant_from_relevant_settings():
    surface = fit_surface(observed(num=30, noise=0.02, seed=4))
    assert float(surface.noise.mean()) == pytest.approx(0.02, rel=0.4)
    lengths = np.median(surface.scales.lengths, axis=0)
    assert lengths[1] > 2 * lengths[0]


def test_a_likelihood_in_parts_is_the_same(monkeypatch):
    whole = fit_surface(observed())
    monkeypatch.setattr(surfaces, "MAX_NUMBERS", 30_000)
    parts = fit_surface(observed())
    assert parts.scales.lengths.tolist() == whole.scales.lengths.tolist()


def test_the_surface_is_less_certain_away_from_its_trials():
    runs = observed(num=12)
    crowded = Observed(
        points=0.3 * runs.points, categorical=runs.categorical, values=runs.values, seeds=runs.seeds
    )
    deviation = fit_surface(crowded).mean_and_deviation(np.array([[0.15, 0.15], [1.0, 1.0]]))[1]
    assert deviation[1] > 3 * deviation[0]

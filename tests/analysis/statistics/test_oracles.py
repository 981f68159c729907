"""Statistics against other ways of getting the same number: SciPy, least squares, the closed test."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.collapse import rate_of
from analysis.statistics.crossed import mean_squares
from analysis.statistics.holm import holm
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.ratio import jackknifed_ratio


@pytest.mark.parametrize(("count", "num_runs"), [(0, 5), (1, 5), (3, 10), (10, 10), (7, 40)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_a_rate_has_scipys_exact_binomial_interval(count, num_runs, confidence):
    ours = rate_of(count, num_runs, confidence=confidence)
    theirs = stats.binomtest(count, num_runs).proportion_ci(confidence, method="exact")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    one_sided = stats.binomtest(count, num_runs, alternative="less").proportion_ci(confidence, method="exact")
    assert ours.bound == pytest.approx(one_sided.high, abs=1e-12)


def test_a_ratio_to_fixed_targets_has_scipys_t_interval_of_the_logarithms():
    logs = np.log([1.3, 0.9, 1.8, 1.1, 1.6])
    without = [np.delete(logs, place).mean() for place in range(len(logs))]
    ours = jackknifed_ratio(logs.tolist(), without, confidence=0.95)
    theirs = stats.ttest_1samp(logs, 0.0)
    interval = theirs.confidence_interval(0.95)
    assert ours.value == pytest.approx(stats.gmean(np.exp(logs)))
    assert (ours.low, ours.high) == pytest.approx((np.exp(interval.low), np.exp(interval.high)))
    assert ours.log.p == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_the_closed_test_of_bonferronis(seed):
    p_values = np.random.default_rng(seed).uniform(0, 0.3, 5).tolist()
    families = [set(chosen) for size in range(1, 6) for chosen in combinations(range(5), size)]
    closed = [
        max(min(1.0, len(family) * min(p_values[i] for i in family)) for family in families if each in family)
        for each in range(5)
    ]
    assert holm(p_values) == pytest.approx(closed)


def test_mean_squares_are_those_of_least_squares():
    generator = np.random.default_rng(0)
    num_seeds, num_images = 4, 7
    table = generator.normal(size=(num_seeds, 1)) + generator.normal(size=num_images)
    table = table + generator.normal(size=(num_seeds, num_images))
    seeds = np.repeat(np.eye(num_seeds), num_images, axis=0)
    images = np.tile(np.eye(num_images), (num_seeds, 1))
    both, rows, columns = (_rest(table, *effects) for effects in ((seeds, images), (seeds,), (images,)))
    squares = mean_squares(table, ImageSample.alone(num_images))
    assert squares.seeds == pytest.approx((columns - both) / (num_seeds - 1))
    assert squares.units == pytest.approx((rows - both) / (num_images - 1))
    assert squares.residual == pytest.approx(both / ((num_seeds - 1) * (num_images - 1)))


def _rest(table, *effects):
    """Return the sum of squares that a linear model of the effects leaves."""
    design, values = np.hstack(effects), table.ravel()
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(((values - fitted) ** 2).sum())

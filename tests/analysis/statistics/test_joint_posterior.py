"""The joint posterior of arms: its marginals are those of the intervals, and its probabilities come true."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.joint_posterior import joint_posterior


def objectives(means: list[float], spread: float, num_seeds: int, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return np.array(means)[:, None, None] + spread * generator.standard_normal((len(means), num_seeds, 1))


def test_arms_that_hardly_differ_are_told_apart_less_surely_than_the_interval_would() -> None:
    table = objectives([0.70, 0.71], 0.02, 6)
    posterior = joint_posterior(table, None)
    assert posterior is not None
    differences = (table[1] - table[0])[:, 0]
    t = differences.mean() / (differences.std(ddof=1) / 6**0.5)
    flat = stats.t.cdf(abs(t), 5)
    assert 0.5 < posterior.probability_best.max() < flat
    assert posterior.probability_best.sum() == pytest.approx(1.0)


def test_differences_of_arms_that_lie_far_apart_spread_as_their_intervals_say() -> None:
    generator = np.random.default_rng(1)
    difficulty = generator.random(80)
    levels = np.array([0.1, 0.4, 0.7])[:, None, None]
    table = (generator.random((3, 12, 80)) < levels + 0.3 * difficulty).astype(float)
    posterior = joint_posterior(table, ImageSample.alone(80))
    assert posterior is not None
    for one, other in ((0, 1), (0, 2), (1, 2)):
        estimate = crossed_estimate(table[one] - table[other], confidence=0.95)
        draws = posterior.draws[:, one] - posterior.draws[:, other]
        low, high = np.quantile(draws, (0.025, 0.975))
        assert draws.mean() == pytest.approx(estimate.mean, abs=0.01)
        assert high - low == pytest.approx(estimate.high - estimate.low, rel=0.3)


def test_an_arm_that_is_the_best_for_sure_loses_nothing() -> None:
    posterior = joint_posterior(objectives([0.5, 0.9, 0.6], 0.001, 5), None)
    assert posterior is not None
    assert posterior.probability_best.tolist() == [0.0, 1.0, 0.0]
    assert posterior.expected_loss[1] == 0
    assert posterior.loss_if_not_best(1) is None
    assert posterior.loss_if_not_best(0) == pytest.approx(0.4, abs=0.01)


def test_arms_that_gave_the_same_share_the_probability() -> None:
    one = objectives([0.5], 0.02, 5)
    posterior = joint_posterior(np.concatenate([one, one]), None)
    assert posterior is not None
    assert posterior.probability_best == pytest.approx([0.5, 0.5])


def test_one_seed_says_nothing() -> None:
    assert joint_posterior(objectives([0.5, 0.6], 0.02, 1), None) is None


def test_what_is_said_to_be_best_with_some_probability_is_it_as_often() -> None:
    """Three arms whose truths are drawn from a wide prior, as the flat one assumes; 200 studies of 6 seeds."""
    generator = np.random.default_rng(5)
    said, came = [], []
    for _ in range(200):
        truth = generator.uniform(0, 0.1, 3)
        seeds = generator.normal(0, 0.02, 6)
        table = truth[:, None] + seeds + generator.normal(0, 0.02, (3, 6))
        posterior = joint_posterior(table[:, :, None], None)
        assert posterior is not None
        leader = int(posterior.probability_best.argmax())
        said.append(posterior.probability_best[leader])
        came.append(leader == truth.argmax())
    assert np.mean(came) == pytest.approx(np.mean(said), abs=0.07)

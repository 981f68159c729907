import numpy as np
import pytest

from analysis.statistics.crossed import crossed_estimate, mean_squares
from analysis.statistics.estimate import t_interval, t_p_value
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.paired import paired_t


def test_mean_squares_by_hand():
    squares = mean_squares(np.array([[1.0, 0.0], [1.0, 2.0]]), ImageSample.alone(2))
    # means: seeds 0.5, 1.5; images 1, 1; grand 1; residuals +-0.5
    assert squares.seeds == pytest.approx(2 * (0.25 + 0.25))
    assert squares.units == pytest.approx(0.0)
    assert squares.residual == pytest.approx(4 * 0.25 / 1)


def test_the_variance_is_the_sum_of_effects_less_the_residual_with_satterthwaites_degrees_of_freedom():
    seeds, images = np.arange(5.0)[:, None], np.arange(6.0)[None, :]
    table = 0.5 * seeds + 0.5 * images + 0.1 * (seeds * images % 3)
    squares = mean_squares(table, ImageSample.alone(6))
    total = squares.seeds + squares.units - squares.residual
    assert total > max(squares.seeds, squares.units)
    spread = crossed_estimate(table, confidence=0.95).spread
    assert spread.standard_error == pytest.approx((total / 30) ** 0.5)
    parts = squares.seeds**2 / 4 + squares.units**2 / 5 + squares.residual**2 / 20
    assert spread.df == pytest.approx(total**2 / parts)


def test_the_variance_is_at_least_what_the_larger_effect_alone_gives():
    table = np.array([[1.0, 0.0], [1.0, 2.0]])
    spread = crossed_estimate(table, confidence=0.95).spread
    assert spread.standard_error == pytest.approx((1.0 / 4) ** 0.5)
    assert spread.df == 1


def test_two_seeds_that_agree_by_chance_do_not_make_the_interval_narrow():
    """Images differ more than the two seeds do; their one degree of freedom counts all the same."""
    images = np.linspace(-1, 1, 18)
    table = np.stack([images + 0.3, images - 0.3])
    both, seeds = crossed_estimate(table, confidence=0.95), table.mean(axis=1)
    assert both.high - both.low >= 2 * 12.7 * seeds.std(ddof=1) / 2**0.5


def test_one_seed_has_no_interval():
    estimate = crossed_estimate(np.array([[1.0, 0.0, 0.0]]), confidence=0.95)
    assert estimate.mean == pytest.approx(1 / 3)
    assert estimate.low is None


def test_identical_arms_are_degenerate():
    estimate = crossed_estimate(np.zeros((3, 10)), confidence=0.95)
    assert estimate.degenerate
    assert (estimate.low, estimate.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("num_seeds", "seed_sd", "image_sd"),
    [(5, 0.05, 0.3), (5, 0.0, 0.3), (5, 0.05, 0.0), (3, 0.03, 0.3), (3, 0.1, 0.1), (2, 0.1, 0.1)],
)
def test_the_interval_covers_about_as_often_as_it_says(num_seeds, seed_sd, image_sd):
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(300):
        seeds = seed_sd * generator.normal(size=(num_seeds, 1))
        images = image_sd * generator.normal(size=(1, 100))
        noise = 0.4 * generator.normal(size=(num_seeds, 100))
        estimate = crossed_estimate(0.1 + seeds + images + noise, confidence=0.95)
        covered += estimate.low <= 0.1 <= estimate.high
    assert 0.91 <= covered / 300 <= 0.99


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.975, 0.99, 0.999])
def test_at_no_level_is_the_interval_narrower_than_the_seeds_alone_make_it(confidence: float) -> None:
    """The spread is chosen at the level of the estimate; judged at another one it is still the widest."""
    for seed in range(40):
        generator = np.random.default_rng(seed)
        table = generator.choice([-1.0, 0.0, 1.0], p=[0.2, 0.5, 0.3], size=(4, 60)) + 0.02 * generator.normal(
            size=(4, 1)
        )
        estimate = crossed_estimate(table, confidence=0.95)
        low, high = t_interval(estimate.mean, estimate.spread, confidence=confidence)
        alone = paired_t(table.mean(axis=1).tolist(), confidence=confidence)
        assert high - low >= alone.high - alone.low - 1e-12
        assert (t_p_value(estimate.mean, estimate.spread) < 1 - confidence) == (low > 0 or high < 0)

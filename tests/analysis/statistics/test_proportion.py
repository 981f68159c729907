import numpy as np
import pytest
from scipy import stats

from analysis.statistics.proportion import mean_of_proportions, objective_interval, wilson

ALONE = [None] * 100


def test_wilsons_interval_is_that_of_the_formula():
    z = stats.norm.ppf(0.975)
    centre, half = (0.8 + z**2 / 40) / (1 + z**2 / 20), z * np.sqrt(0.16 / 20 + z**2 / 1600) / (1 + z**2 / 20)
    assert wilson(16, 20) == pytest.approx((centre - half, centre + half), abs=1e-6)


def test_a_class_that_was_never_wrong_is_not_known_exactly():
    low, high = wilson(10, 10)
    assert high == pytest.approx(1.0)
    assert low == pytest.approx(0.7225, abs=1e-3)


def test_the_mean_of_one_proportion_has_its_interval():
    assert mean_of_proportions([16], [20]) == pytest.approx(wilson(16, 20))


def test_distances_to_the_ends_are_added_as_variances_are():
    (low, high), share = wilson(16, 20), 0.8
    both = mean_of_proportions([16, 16], [20, 20])
    assert both == pytest.approx((share - (share - low) / np.sqrt(2), share + (high - share) / np.sqrt(2)))


def test_the_interval_of_the_mean_of_recalls_covers_it_as_often_as_it_says():
    rng = np.random.default_rng(0)
    true, totals = np.array([0.95, 0.7, 0.85]), [12, 25, 40]
    drawn = [rng.binomial(totals, true) for _ in range(300)]
    covered = [
        low <= true.mean() <= high for low, high in (mean_of_proportions(d.tolist(), totals) for d in drawn)
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


def test_accuracy_of_images_that_stand_alone_is_a_proportion():
    right, labels = np.arange(100) < 80, np.arange(100) % 2
    assert objective_interval(right, labels, groups=ALONE, balanced=False) == wilson(80, 100)


def test_groups_that_are_right_or_wrong_as_a_whole_widen_the_interval():
    right, labels = np.arange(100) < 80, np.arange(100) % 2
    groups = [f"p{index // 10}" for index in range(100)]
    low, high = objective_interval(right, labels, groups=groups, balanced=False)
    alone = wilson(80, 100)
    assert low < alone[0] - 0.1
    assert high > alone[1] + 0.05


def test_balanced_accuracy_gives_a_rare_class_its_weight():
    right = np.array([True] * 90 + [False] * 5 + [True] * 5)
    labels = np.array([0] * 90 + [1] * 10)
    assert objective_interval(right, labels, groups=ALONE, balanced=True) == mean_of_proportions(
        [90, 5], [90, 10]
    )

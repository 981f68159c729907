"""The mean over data sets covers where an interval weighted by precision does not."""

from benchmarks.experiments.simulations.coverage_of_pooled import coverage


def test_the_interval_over_data_sets_covers():
    covered, half, weighted = coverage(3, 1.0, 16, num_studies=600, seed=1)
    assert 0.92 < covered < 0.98
    assert weighted < 0.92
    assert half > 1

"""Invariances of a comparison: order of rows, names of seeds, unit of time."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import compare, load_study
from analysis.tables.csv_tables import summary_table, time_to_target_table
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import two_arm_runs, write_study


def headline(comparison):
    columns = ["mean", "low", "high", "p", "adjusted_p"]
    times = [
        "target",
        "longest_seconds",
        "arm_seconds",
        "reference_seconds",
        "ratio",
        "ratio_low",
        "with_search",
    ]
    summary = summary_table(comparison)[columns].to_numpy(dtype=float)
    return summary, time_to_target_table(comparison)[times].to_numpy(dtype=float)


def same(one, other):
    return all(
        np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True) for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(scope="module")
def base():
    return headline(compared(two_arm_runs(4)))


few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(shuffle=st.integers(0, 1000), seeds=st.permutations([3, 17, 4, 99]))
def test_the_order_of_rows_and_the_names_of_seeds_do_not_matter(tmp_path, base, shuffle, seeds):
    renamed = [
        dataclasses.replace(run, seed=seeds[run.seed - 1000]) if run.stage == "confirm" else run
        for run in two_arm_runs(4)
    ]
    assert same(headline(compare(load_study(write_study(tmp_path / "toy", renamed, shuffle=shuffle)))), base)


@few
@given(factor=st.floats(0.01, 1000))
def test_scaling_all_seconds_scales_times_and_no_ratio(base, factor):
    runs = [
        dataclasses.replace(run, seconds_per_epoch=run.seconds_per_epoch * factor) for run in two_arm_runs(4)
    ]
    summary, times = headline(compared(runs))
    scale = [1, factor, factor, factor, 1, 1, 1]
    assert same((summary, times / scale), base)

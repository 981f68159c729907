"""Searched settings as coordinates, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.searching.settings_space import SettingsSpace, settings_space
from analysis.loading.search_settings import Searched, SearchSettings, read_search_settings
from tests.support.loaded_studies import loaded
from tests.support.studies import searched_study

SPACE = SettingsSpace(
    axes={
        "lr": Searched(scale="log", values=(1e-3, 1e-1)),
        "drop": Searched(scale="linear", values=(0.0, 0.5)),
        "cycle_mult": Searched(scale="choice", values=(1.0, 1.5, 3.0)),
        "optimizer": Searched(scale="choice", values=("adam", "sgd")),
    }
)


def test_coordinates_are_on_the_scales_that_were_drawn_on():
    config = {"lr": 1e-2, "drop": 0.125, "cycle_mult": 1.5, "optimizer": "sgd", "seed": 3}
    assert SPACE.points([config]).tolist() == [[pytest.approx(0.5), 0.25, 0.5, 1.0]]
    assert SPACE.categorical.tolist() == [False, False, False, True]
    assert [
        SPACE.value_at(name, at) for name, at in zip(SPACE.names, [0.5, 0.25, 0.5, 1.0], strict=True)
    ] == [
        pytest.approx(1e-2),
        0.125,
        1.5,
        "sgd",
    ]


def test_proposals_move_to_the_nearest_ordered_choice():
    moved = SPACE.allowed(
        SPACE.points([{"lr": 2e-2, "drop": 0.1, "cycle_mult": 1.5, "optimizer": "adam"}]) + 0.2
    )
    assert moved[0, 2] == 0.5
    assert moved[0, 3] == 0.2  # a choice without order is never moved by a proposal, nor by this


def test_points_from_everywhere_are_ones_that_there_are():
    points = SPACE.everywhere(300, np.random.default_rng(0))
    assert np.unique(points[:, 2]).tolist() == [0.0, 0.5, 1.0]
    assert np.unique(points[:, 3]).tolist() == [0.0, 1.0]
    assert points[:, :2].mean(axis=0).tolist() == pytest.approx([0.5, 0.5], abs=0.06)


@given(st.floats(0, 1))
def test_a_coordinate_of_a_range_goes_there_and_back(at):
    assert SPACE.coordinate("lr", SPACE.value_at("lr", at)) == pytest.approx(at, abs=1e-9)


def test_the_study_file_says_what_was_searched():
    found = read_search_settings(
        {
            "model": {"architecture": {"choice": ["a", "b"]}},
            "training": {"batch_size": {"choice": [16, 32]}, "momentum": 0.9},
            "arms": {"x": {"search": {"lr": {"auto_times": [0.1, 10]}, "loss": "plain"}}, "y": None},
            "selection": {"top": 5, "seeds": 0},
            "search": {"algorithm": "random"},
        }
    )
    assert (found.algorithm, found.num_candidates, found.num_selection_seeds) == ("random", 5, 0)
    assert dict(found.spaces["x"]) == {
        "architecture": Searched(scale="choice", values=("a", "b")),
        "batch_size": Searched(scale="choice", values=(16, 32)),
        "lr_times": Searched(scale="log", values=(0.1, 10)),
    }
    assert set(found.spaces["y"]) == {"architecture", "batch_size"}


def test_a_file_without_these_keys_means_what_it_always_meant():
    assert read_search_settings({}) == SearchSettings(
        algorithm="tpe", num_candidates=3, num_selection_seeds=2
    )


def test_settings_that_did_not_vary_are_none():
    data = loaded(searched_study.runs(), spec=searched_study.spec())
    assert settings_space(data, "adapted").names == ("lr", "stem_to_head", "cycle_mult")
    assert settings_space(data, "fixed").names == ("lr",)

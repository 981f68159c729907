"""Neighbours on the ladder differ in exactly one thing, so that a difference between them has one cause."""

from dataclasses import replace

import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.schedules import Constant, Cosine

COMMON = {"lr": 0.05, "weight_decay": 1e-3, "augment": "crop"}
RUNGS = ("head_fixed", "head_cosine", "head_restarts", "adaptation")


def rung(name: str, **own: object) -> tuple[Phase, ...]:
    return plan(recipe=name, **COMMON, **own)


@pytest.mark.parametrize("own", [{}, {"head_epochs": 4, "head_lr": 0.2}, {"warm_up_epochs": 2}])
def test_the_rungs_above_the_first_have_the_same_head_phase(own: dict[str, object]) -> None:
    heads = [rung(name, **own)[0] for name in RUNGS]
    assert heads == [heads[0]] * len(RUNGS)
    assert (heads[0].name, heads[0].on, heads[0].first_group) == ("head", "activations", -1)
    assert heads[0].schedule == Cosine(cycle_ends=(heads[0].num_epochs,))


def test_the_second_rung_adds_the_head_phase_to_a_fixed_rate() -> None:
    _, body = rung("head_fixed", head_epochs=2)
    (fixed,) = rung("fixed_rate")
    assert body == replace(fixed, num_epochs=13)
    assert body.schedule == Constant()


def test_without_a_head_phase_the_second_and_third_rungs_are_the_baselines() -> None:
    assert rung("head_fixed", head_epochs=0) == rung("fixed_rate")
    assert rung("head_cosine", head_epochs=0) == rung("cosine")


def test_the_third_rung_adds_one_cosine() -> None:
    fixed, cosine = rung("head_fixed")[1], rung("head_cosine")[1]
    assert cosine == replace(fixed, schedule=Cosine(cycle_ends=(14,)))


def test_the_fourth_rung_adds_restarts() -> None:
    cosine, restarts = rung("head_cosine")[1], rung("head_restarts")[1]
    assert restarts == replace(cosine, schedule=Cosine(cycle_ends=(1, 3, 7, 14)))
    assert rung("head_restarts", cycle_len=14) == rung("head_cosine"), "one cycle is one cosine"


@pytest.mark.parametrize("own", [{}, {"cycle_mult": 1.5, "cycle_len": 2}, {"patience": 2, "head_epochs": 3}])
def test_the_fifth_rung_adds_rates_for_the_depth_groups(own: dict[str, object]) -> None:
    assert rung("adaptation", stem_to_head=1.0, **own) == rung("head_restarts", **own)
    graded, same = rung("adaptation", stem_to_head=0.1)[1], rung("head_restarts")[1]
    assert graded == replace(same, layers=graded.layers)
    assert graded.layers.stem_to_head == 0.1

"""Names of the first epochs of a run: equal exactly where the epochs are."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.plans import CUTS
from trainables.config import parse_config
from trainables.data import DataSource, prepare
from trainables.loop.fit import Fit
from trainables.loop.phase_setup import Task
from trainables.plan.phases import Phase
from trainables.prefixes import common_epochs as prefix_module
from trainables.prefixes.common_epochs import prefixes
from trainables.run import start
from trainables.schedules import Constant, Cosine


def plan(task: Task, config: dict[str, Any], phases: tuple[Phase, ...] | None = None) -> dict[int, str]:
    run, own = parse_config(config)
    return {each.num_epochs: each.key for each in prefixes(run, phases or own, task)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    data = prepare(
        DataSource(digits=True, classes=(5, 6), train_per_class=40), cache=tmp_path_factory.mktemp("cache")
    )
    return start({**CUTS, "data": data.key, "cache": str(data.path.parent.parent)})


@settings(deadline=None, max_examples=60)
@given(
    ends=st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=2, max_size=2),
    total=st.integers(2, 9),
)
def test_prefixes_are_equal_exactly_where_rates_and_marks_are(
    whole: Fit, ends: list[list[int]], total: int
) -> None:
    """Two plans of cosine cycles, cut at the budget: they share up to the first cycle that differs."""

    def phase(lengths: list[int]) -> Phase:
        ends, at = [], 0
        for length in [*lengths, *[1] * total]:
            at = min(total, at + length)
            ends.append(at)
            if at == total:
                break
        return Phase(name="all", num_epochs=total, lr=0.1, schedule=Cosine(cycle_ends=tuple(ends)))

    one, two = (phase(lengths) for lengths in ends)
    ours, theirs = (plan(whole.task, {**CUTS, "data": "x"}, (each,)) for each in (one, two))
    assert set(ours) == {end for end in one.schedule.cycle_ends if end < total}
    for epoch in set(ours) & set(theirs):
        common = [each for each in one.schedule.cycle_ends if each <= epoch]
        same = common == [each for each in two.schedule.cycle_ends if each <= epoch]
        assert (ours[epoch] == theirs[epoch]) is same


def test_a_phase_that_is_the_last_is_another_than_the_same_one_before_others(whole: Fit) -> None:
    """Only the last one keeps networks for an ensemble."""
    phase = Phase(name="all", num_epochs=2, lr=0.1, schedule=Cosine(cycle_ends=(1, 2)))
    config = {**CUTS, "data": "x", "snapshots": 2}
    last, before = (
        plan(whole.task, config, phases) for phases in ((phase,), (phase, replace(phase, name="more")))
    )
    assert last[1] != before[1]


@dataclass(frozen=True, kw_only=True)
class Flat(Constant):
    """The peak at every step, with cycles that nothing but their ends tells apart."""

    ends: tuple[int, ...]

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        return self.ends


def test_epochs_at_the_same_rates_with_other_cycle_ends_are_others(whole: Fit) -> None:
    """Their records say where cycles end."""
    one, two = (
        plan(
            whole.task,
            {**CUTS, "data": "x"},
            (Phase(name="all", num_epochs=3, lr=0.1, schedule=Flat(ends=ends)),),
        )
        for ends in ((1, 2, 3), (2, 3))
    )
    assert one[2] != two[2]


@pytest.mark.parametrize(
    "more",
    [
        {"seed": 1}, {"batch_size": 16}, {"lr": 0.06}, {"weight_decay": 0.01}, {"augment": "flip"}, {"momentum": 0.8},
        {"label_smoothing": 0.1}, {"objective": "balanced_accuracy"}, {"validate": "judged"}, {"snapshots": 2},
        {"accumulate": 2}, {"warm_up_epochs": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_moves_an_epoch_moves_the_key(whole: Fit, more: dict[str, Any]) -> None:
    config = {**CUTS, "data": "x", "cycle_mult": 2}
    before, after = plan(whole.task, config), plan(whole.task, {**config, **more})
    assert before
    assert not set(before.values()) & set(after.values())


def test_a_head_on_activations_and_a_phase_that_validation_ends_are_not_shared(whole: Fit) -> None:
    heads = plan(whole.task, {**CUTS, "recipe": "adaptation", "data": "x", "head_epochs": 2, "cycle_mult": 2})
    assert heads
    assert min(heads) > 2
    cycles = ("head_epochs", "cycle_len", "cycle_mult", "last_cycle")
    plateau = {key: value for key, value in CUTS.items() if key not in cycles}
    assert plan(whole.task, {**plateau, "recipe": "plateau", "data": "x"}) == {}
    assert plan(whole.task, {**plateau, "recipe": "chain_thaw", "epochs": 9, "data": "x"}) == {}
    assert plan(whole.task, {**plateau, "recipe": "fixed_rate", "data": "x"}) == {}


def test_other_versions_have_other_keys(whole: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is interrupted may go on with others, and its prefixes are still there."""
    config = {**CUTS, "data": "x"}
    before = plan(whole.task, config)
    monkeypatch.setattr(prefix_module, "computed_by", lambda: ("2.0", "0.1", "0.1", "0.1"))
    after = plan(whole.task, config)
    assert before
    assert before.keys() == after.keys()
    assert set(before.values()).isdisjoint(after.values())

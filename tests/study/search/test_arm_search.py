from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from study.ranges import Searched
from study.samplers.grid import Grid
from study.samplers.optuna_sampler import OptunaSampler
from study.samplers.registry import SAMPLERS
from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import Arm
from tests.support.spaces import choice, log_uniform, uniform, whole


def search(algorithm: str, seed: int = 0, **space: Searched) -> ArmSearch:
    arm = Arm(name="a", recipe="fixed_rate", constants={"recipe": "fixed_rate"}, space=space)
    return ArmSearch(arm, study_name="s", algorithm=algorithm, seed=seed, num_trials=9)


def optuna_study(searching: ArmSearch) -> optuna.Study:
    assert isinstance(searching.sampler, OptunaSampler)
    return searching.sampler.optuna_study


def ask(searching: ArmSearch, count: int) -> list[dict[str, object]]:
    found = []
    for _ in range(count):
        asked = searching.ask()
        assert asked is not None
        searching.tell(asked[0], Outcome(status="finished", objective=0.5))
        found.append(asked[1])
    return found


def test_grid_search_takes_every_point_once_and_then_none() -> None:
    searching = search("grid", lr=choice(0.1, 0.2, 0.3), mult=choice(1, 2))
    points = ask(searching, 6)
    assert sorted((p["lr"], p["mult"]) for p in points) == [(a, b) for a in (0.1, 0.2, 0.3) for b in (1, 2)]  # type: ignore[type-var]
    assert searching.ask() is None


def test_grid_search_refuses_ranges() -> None:
    with pytest.raises(ValueError, match="lr is a range"):
        Grid({"lr": log_uniform(0.1, 1)}, seed=0, num_trials=1)


@pytest.mark.parametrize("algorithm", SAMPLERS)
def test_the_same_seed_asks_for_the_same_and_another_for_another(algorithm: str) -> None:
    space = {"lr": choice(*(10**-k for k in range(8)))}
    first = ask(search(algorithm, 1, **space), 8)
    assert ask(search(algorithm, 1, **space), 8) == first
    assert ask(search(algorithm, 2, **space), 8) != first


def test_values_stay_within_their_domains() -> None:
    searching = search("random", lr=log_uniform(1e-4, 1e-1), n=whole(2, 4))
    for point in ask(searching, 50):
        assert 1e-4 <= point["lr"] <= 1e-1  # type: ignore[operator]
        assert point["n"] in (2, 3, 4)


def test_a_crash_is_a_failure_and_a_divergence_ranks_below_every_value() -> None:
    searching = search("tpe", lr=log_uniform(1e-4, 1e-1))
    for status in ("failed", "diverged", "out_of_memory"):
        asked = searching.ask()
        assert asked is not None
        searching.tell(asked[0], Outcome(status=status, objective=None))  # type: ignore[arg-type]
    assert [t.state.name for t in optuna_study(searching).trials] == ["FAIL", "PRUNED", "PRUNED"]
    assert [t.value for t in optuna_study(searching).trials] == [None, None, None]


def test_a_stopped_trial_is_pruned_with_its_values_in_the_sampler_and_in_the_database(tmp_path: Path) -> None:
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "optuna.log")))
    arm = Arm(name="a", recipe="fixed_rate", constants={}, space={"lr": log_uniform(1e-4, 1e-1)})
    searching = ArmSearch(arm, study_name="s", algorithm="tpe", seed=0, num_trials=9, storage=storage)
    asked = searching.ask()
    assert asked is not None
    searching.tell(asked[0], Outcome(status="stopped", objective=None, judged=((1, 0.25), (3, 0.5))))
    assert searching.shown is not None
    for study in (optuna_study(searching), searching.shown):
        (trial,) = study.trials
        assert (trial.state.name, trial.intermediate_values) == ("PRUNED", {1: 0.25, 3: 0.5})


def test_tpe_leaves_a_region_that_diverges() -> None:
    """A quarter of the range diverges; a search that learns nothing from it would stay there."""
    diverged = 0
    for seed in range(5):
        searching = search("tpe", seed, x=uniform(0, 1))
        for _ in range(24):
            asked = searching.ask()
            assert asked is not None
            if asked[1]["x"] > 0.75:
                diverged += 1
                searching.tell(asked[0], Outcome(status="diverged", objective=None))
            else:
                searching.tell(asked[0], Outcome(status="finished", objective=asked[1]["x"]))
    assert diverged / (5 * 24) < 0.4


def test_tpe_learns_where_the_good_values_are() -> None:
    searching = search("tpe", x=uniform(0, 1))
    for _ in range(40):
        asked = searching.ask()
        assert asked is not None
        searching.tell(asked[0], Outcome(status="finished", objective=-abs(asked[1]["x"] - 0.8)))
    late = [t.params["x"] for t in optuna_study(searching).trials[-10:]]
    assert sum(abs(x - 0.8) for x in late) / 10 < 0.15


def test_a_database_shows_every_trial_as_it_ended_with_what_it_reported() -> None:
    arm = Arm(name="a", recipe="fixed_rate", constants={}, space={"lr": log_uniform(1e-4, 1e-1)})
    storage = optuna.storages.InMemoryStorage()
    searching = ArmSearch(arm, study_name="s", algorithm="tpe", seed=0, num_trials=9, storage=storage)
    ends = (
        Outcome(status="finished", objective=0.5, judged=((1, 0.25), (3, 0.5))),
        Outcome(status="diverged", objective=None, judged=((1, 0.125),)),
        Outcome(status="failed", objective=None),
    )
    asked = [searching.ask() for _ in range(5)]
    for point, outcome in zip(asked, ends, strict=False):
        assert point is not None
        searching.tell(point[0], outcome)
    searching.close()
    shown = optuna.load_study(study_name="s/a", storage=storage).trials
    assert [t.params for t in shown] == [point[1] for point in asked if point is not None]
    assert [(t.state.name, t.value, t.user_attrs["status"], t.intermediate_values) for t in shown] == [
        ("COMPLETE", 0.5, "finished", {1: 0.25, 3: 0.5}),
        ("FAIL", None, "diverged", {1: 0.125}),
        ("FAIL", None, "failed", {}),
        ("FAIL", None, "running", {}),
        ("FAIL", None, "running", {}),
    ]
    assert [t.state.name for t in optuna_study(searching).trials][:3] == ["COMPLETE", "PRUNED", "FAIL"]

"""Samplers: every one suggests points of its space, and one of the user's own is named in a study file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from study.errors import StudyError
from study.ranges import Scalar, Space, contains
from study.samplers.base import Sampler
from study.samplers.registry import ALLOWED, SAMPLERS
from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import build_arms
from study.spec.study_file import SpecError, dump_spec, load_spec, read_resolved
from study.spec.yaml_text import to_yaml
from tests.support.spaces import choice, log_uniform, uniform, whole

SPACE = {
    "lr": log_uniform(1e-4, 1e-1),
    "floor_fraction": uniform(0.0, 0.5),
    "cycle_len": whole(1, 3),
    "on": choice(True, 2),
}
CHOICES = {"lr": choice(0.1, 0.01), "cycle_len": choice(1, 2, 3)}


class Halving(Sampler):
    """A user's own: the upper end of every range, then a half of it, and so on."""

    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        self.space, self.shrink = space, 1.0

    def ask(self) -> dict[str, Scalar] | None:
        point: dict[str, Scalar] = {key: domain.high * self.shrink for key, domain in self.space.items()}  # type: ignore[union-attr]
        self.shrink /= 2
        return point if self.shrink > 0.1 else None


class Outside(Halving):
    def ask(self) -> dict[str, Scalar] | None:
        return dict.fromkeys(self.space, 5.0)


class Forgetful(Halving):
    def ask(self) -> dict[str, Scalar] | None:
        return {}


class Broken(Halving):
    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        raise RuntimeError("no\nlicence")


class Deaf(Halving):
    def tell(self, number: int, **ended: object) -> None:
        raise KeyError(number)


class Listing(Outside):
    """Suggests values without their keys."""

    def ask(self) -> Any:
        return [0.1]


class Unfinished(Sampler):
    """It lacks what a sampler has to have."""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(algorithm: str, **search: object) -> Path:
        arm = {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-3, 0.5]}}}
        content = {"name": "s", "data": {"target": {"digits": True}}, "arms": {"fixed": arm}}
        file = tmp_path / "s.yaml"
        file.write_text(to_yaml({**content, "search": {"algorithm": algorithm, **search}}))
        return file

    return written


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_suggests_points_of_its_space_the_same_for_a_seed(name: str) -> None:
    kind = SAMPLERS[name]
    space: Mapping[str, Any] = CHOICES if kind.choices_only else SPACE
    points = []
    for seed in (1, 1, 2):
        sampler = kind(space, seed=seed, num_trials=6)
        asked = [sampler.ask() for _ in range(6)]
        for number, point in enumerate(asked):
            assert point is not None
            assert list(point) == list(space)
            assert all(contains(space[key], value) for key, value in point.items())
            sampler.tell(number, status="finished", objective=0.5, judged=((1, 0.5),))
        points.append(asked)
    assert points[0] == points[1] != points[2]


def test_a_sampler_of_the_users_own_is_named_in_the_study_file_and_recorded_as_it_is(
    write: Any, tmp_path: Path
) -> None:
    spec = load_spec(write("test_samplers:Halving"))
    assert "algorithm: test_samplers:Halving" in dump_spec(spec).replace("'", "")
    (tmp_path / "resolved.yaml").write_text(dump_spec(spec))
    assert read_resolved(tmp_path / "resolved.yaml") == spec
    (arm,) = build_arms(spec)
    search = ArmSearch(arm, study_name="s", algorithm=spec.search.algorithm, seed=0, num_trials=9)
    assert search.ask() == (0, {"lr": 0.5})
    assert search.ask() == (1, {"lr": 0.25})


@pytest.mark.parametrize(
    ("algorithm", "why"),
    [
        ("bayes", f"'bayes' is not allowed; {ALLOWED}"),
        (
            "no_such_module:Own",
            r"'no_such_module:Own' can't be imported \(No module named 'no_such_module'\)",
        ),
        ("test_samplers:Missing", "test_samplers has no Missing"),
        ("test_samplers:SPACE", r"does not fit; a class that derives from study\.samplers\.base\.Sampler"),
        ("test_samplers:Unfinished", "does not fit; a class that has __init__, ask of "),
    ],
)
def test_one_that_cannot_be_used_is_refused_at_reading_in_one_sentence(
    write: Any, algorithm: str, why: str
) -> None:
    with pytest.raises(SpecError, match=f"search.algorithm: .*{why}") as caught:
        load_spec(write(algorithm))
    assert "\n" not in str(caught.value)


def test_a_resolved_study_is_read_where_the_users_own_sampler_is_not(write: Any) -> None:
    assert (
        read_resolved(write("left_on_the_other_machine:Own")).search.algorithm
        == "left_on_the_other_machine:Own"
    )


@pytest.mark.parametrize(
    ("algorithm", "why"),
    [
        (
            "test_samplers:Outside",
            r"algorithm test_samplers:Outside: for arm fixed it suggests lr 5\.0, which is not in",
        ),
        (
            "test_samplers:Forgetful",
            "for arm fixed it suggests other settings than are searched; lr is in one",
        ),
        ("test_samplers:Listing", r"for arm fixed it suggests \[0\.1\]; a value for every key of the space"),
    ],
)
def test_a_suggestion_outside_of_the_space_stops_the_study(write: Any, algorithm: str, why: str) -> None:
    (arm,) = build_arms(load_spec(write(algorithm)))
    search = ArmSearch(arm, study_name="s", algorithm=algorithm, seed=0, num_trials=9)
    with pytest.raises(StudyError, match=why):
        search.ask()


def test_an_error_of_ones_own_sampler_stops_the_study_in_one_sentence(write: Any) -> None:
    (arm,) = build_arms(load_spec(write("test_samplers:Broken")))
    why = r"test_samplers:Broken: it failed to begin for arm fixed \(RuntimeError: no licence\)"
    with pytest.raises(StudyError, match=why):
        ArmSearch(arm, study_name="s", algorithm="test_samplers:Broken", seed=0, num_trials=9)
    search = ArmSearch(arm, study_name="s", algorithm="test_samplers:Deaf", seed=0, num_trials=9)
    number, _ = search.ask() or (-1, {})
    with pytest.raises(StudyError, match=r"it failed to hear of a trial for arm fixed \(KeyError: 0\)"):
        search.tell(number, Outcome(status="finished", objective=0.5))

from types import SimpleNamespace
from typing import Any

from study.tracking.mlflow_tracker.run_descriptions import RUN
from study.tracking.mlflow_tracker.stored_runs import STUDY, StoredRun, StoredRuns


class Store:
    """Answers what it has, and counts how often it was asked."""

    def __init__(self, **statuses: str) -> None:
        self.num_asked = 0
        self.statuses = {"": "RUNNING", **statuses}

    def runs_of_study(self, study_id: str) -> list[Any]:
        self.num_asked += 1
        return [
            SimpleNamespace(
                info=SimpleNamespace(run_id=f"id-{name}", status=status),
                data=SimpleNamespace(tags={RUN: name}),
            )
            for name, status in self.statuses.items()
        ]


def looked_up(store: Store) -> StoredRuns:
    stored = StoredRuns()
    stored.look_up(store, study_id="5")  # type: ignore[arg-type]
    return stored


def test_runs_are_found_by_their_tag_and_those_that_are_closed_are_not_running() -> None:
    stored = looked_up(Store(a="RUNNING", b="FINISHED"))
    assert stored["b"] == StoredRun("id-b", "FINISHED")
    assert list(stored.running()) == ["a"]
    assert STUDY in stored
    assert "c" not in stored


def test_a_store_is_asked_once_as_long_as_every_answer_came() -> None:
    store = Store()
    stored = looked_up(store)
    stored.look_up(store, study_id="5")  # type: ignore[arg-type]
    assert store.num_asked == 1
    stored.is_sure = False
    store.statuses["a"] = "RUNNING"
    stored.look_up(store, study_id="5")  # type: ignore[arg-type]
    assert "a" in stored
    assert store.num_asked == 2


def test_what_was_made_and_closed_since_is_known_without_asking() -> None:
    stored = looked_up(Store())
    stored.add("a", "id-a")
    assert list(stored.running()) == ["a"]
    stored.note("a", "KILLED")
    assert stored["a"] == StoredRun("id-a", "KILLED")
    assert list(stored.running()) == []

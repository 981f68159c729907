import os

# Before torch is imported: pytest has a process a core, and more threads than cores wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A trial of two threads shares the cores with the other tests: a thread that waits busily takes them from those.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
from hypothesis import settings

from tests.support.longest_first import longest_first
from trainables.data import DataSource, PreparedData, prepare

# No test is timed: a shared machine may be slow at any moment.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test session has a cache of its own: nothing of the user's is read or written."""
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def digits(own_cache: None) -> PreparedData:
    """200 training images of five digits, 8x8 grey."""
    return prepare(DataSource(digits=True, classes=(5, 6, 7, 8, 9), train_per_class=40))

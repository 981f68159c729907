import pytest

from tests.support.execution_studies import Probe
from trainables.compute import probe_children
from trainables.compute.probe_children import Probed


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> Probe:
    stand_in = Probe()
    monkeypatch.setattr(probe_children, "seconds_a_step", stand_in)
    all_well = Probed(seconds={}, crashed={}, errors={})
    monkeypatch.setattr(probe_children, "check_steps", lambda *_, **__: all_well)
    return stand_in

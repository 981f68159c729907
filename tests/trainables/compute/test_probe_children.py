"""Probes in processes of their own: what crashes or hangs there hurts nobody."""

import os
from pathlib import Path

import pytest
import torch

from trainables.compute import probe_children
from trainables.compute.execution import Execution
from trainables.compute.probe import Workload
from trainables.networks.narrow_convolutions import check_convolutions
from trainables.networks.network import build_network

PLAIN, LAST = Execution(), Execution(layout="channels_last")


def workload(*, width: int = 16, side: int = 8) -> Workload:
    return Workload(architecture="small_resnet", num_classes=2, image_size=side, channels=3, width=width)


def test_candidates_are_timed_though_one_of_them_ends_and_no_process_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a user's folder called `trainables` lies where the study is started."""
    (tmp_path / "trainables").mkdir()
    (tmp_path / "trainables" / "__init__.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    real = probe_children._Child.send
    ended = []

    def send(self: probe_children._Child, request: dict[str, object]) -> None:
        if request.get("do") == "build" and not ended:
            ended.append(self)
            os.kill(self._process.pid, 11)
        real(self, request)

    monkeypatch.setattr(probe_children._Child, "send", send)
    before = torch.get_num_threads()
    found = probe_children.seconds_a_step(
        workload(), (LAST, PLAIN), batch_size=4, num_threads=before + 1, budget_seconds=0.0
    )
    assert set(found.seconds) == {PLAIN}
    assert found.seconds[PLAIN] > 0
    assert found.crashed == {LAST: "ended with SIGSEGV"}
    assert torch.get_num_threads() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(ended[0]._process.pid, os.WNOHANG)


def test_what_does_not_answer_in_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_children, "START_SECONDS", 0.0)
    found = probe_children.check_steps(workload(), (LAST,), sides=(8,), batch_size=4, num_threads=1)
    assert found.crashed == {LAST: "did not end within 0 s"}


def test_a_narrow_strided_1x1_convolution_is_refused_whatever_the_network() -> None:
    def network(width: int) -> torch.nn.Module:
        return build_network(
            "small_resnet", num_classes=2, image_size=8, channels=3, width=width, generator_seed=0
        )

    check_convolutions(network(16), name="small_resnet")
    with pytest.raises(ValueError, match=r"layer2.downsample.0 strides over 15 channels: 16 or more"):
        check_convolutions(network(15), name="small_resnet")
    check_convolutions(torch.nn.Conv2d(8, 8, 1, 2, groups=8), name="depthwise")
    check_convolutions(torch.nn.Conv2d(8, 8, 3, 2), name="3x3")
    check_convolutions(torch.nn.Conv2d(8, 8, 1), name="without a stride")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "side"), [(8, 64), (10, 96), (12, 96)])
def test_real_steps_that_crashed_leave_the_plain_layout(width: int, side: int) -> None:
    found = probe_children.seconds_a_step(
        workload(width=width, side=side), (PLAIN, LAST), batch_size=8, num_threads=1, budget_seconds=1.0
    )
    assert PLAIN in found.seconds
    assert (LAST in found.seconds) != (LAST in found.crashed)

"""A process that trains steps in one way of execution for its parent, and may crash without harm to anybody else.

Started by `probe_children`. Both sides write lines of JSON: the parent on standard input what is to be done,
the child on what was its standard output what came of it.
"""

import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO

LEAST_BATCH = 2


def main() -> None:
    """Do what the lines of standard input say, one after another; end with the parent, whatever is going on."""
    resource.setrlimit(
        resource.RLIMIT_CORE, (0, 0)
    )  # a crash is expected: no file of it in the user's folder
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin, requests), daemon=True).start()
    steps = _Steps(requests.get())
    while True:
        _answer(answers, steps.do, requests.get())


def _read(lines: TextIO, requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in lines:
        requests.put(json.loads(line))
    os._exit(0)  # the parent is gone or has enough, and a step may never end


def _answer(answers: TextIO, do: Callable[[dict[str, Any]], Any], request: dict[str, Any]) -> None:
    try:
        answer = {"value": do(request)}
    except (
        MemoryError,
        RuntimeError,
        ValueError,
    ) as error:  # a network too large here may fit where it trains
        answer = {"error": (str(error).splitlines() or [type(error).__name__])[0]}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


class _Steps:
    """The steps of one execution, built as they are asked for."""

    def __init__(self, first: dict[str, Any]) -> None:
        """Import what computes; the first request says what is computed, and in what."""
        import torch

        from trainables.compute.execution import Execution
        from trainables.compute.probe import Workload

        torch.set_num_threads(first["num_threads"])
        self._workload = Workload(**first["workload"])
        self._execution = Execution(**first["execution"])
        self._step: Callable[[], None] | None = None

    def do(self, request: dict[str, Any]) -> Any:
        """Return what a request comes to: nothing, a number of images, or seconds."""
        from trainables.compute import probe

        match request["do"]:
            case "ready":
                return None
            case "afford":
                few = min(LEAST_BATCH, request["batch_size"])
                step = probe.training_step(self._workload, self._execution, images=few)
                seconds = request["step_seconds"]
                return min(request["batch_size"], probe.affordable(step, images=few, step_seconds=seconds))
            case "build":
                self._step = probe.training_step(
                    self._workload, self._execution, images=request["images"], side=request["side"]
                )
                return self._step()  # the first one loads kernels
            case "round":
                assert self._step is not None, "built before it is timed"
                return probe.round_seconds(self._step)
            case unknown:
                raise AssertionError(unknown)

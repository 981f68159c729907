"""Layouts and precisions tried on this CPU in processes of their own: one that crashes is one that is not taken.

PyTorch's kernels for a CPU write past the end of their memory for some layouts and channels (docs/evidence.md). What
that does is up to chance: nothing, a segmentation fault, or an abort some steps later in another's memory. So each
candidate has a process to itself, and all that a study's own process sees is how it ended.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainables.compute.execution import Execution
from trainables.compute.probe import Workload

ROUNDS = 5
START_SECONDS = 180.0
"""Longest that a process may take to import PyTorch."""
ANSWER_SECONDS = 120.0
"""Longest that one request may take: a step or two, or a round. What takes longer hangs."""
COMPILE_SECONDS = 600.0

_CODE = """
import sys
sys.path[:] = sys.argv[1:]
from trainables.compute.probe_child import main
main()
"""


class CrashError(RuntimeError):
    """A process ended, or had to be ended, in a step; its text says how: "ended with SIGSEGV"."""


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What came of candidates.

    Attributes:
        seconds: The least mean seconds of a step of each that could be timed.
        crashed: How the process of each that crashed or hung ended: "ended with SIGSEGV".
        errors: What PyTorch said against each of the others: that memory does not suffice, for one.
    """

    seconds: Mapping[Execution, float]
    crashed: Mapping[Execution, str]
    errors: Mapping[Execution, str]


def seconds_a_step(
    workload: Workload,
    candidates: Sequence[Execution],
    *,
    batch_size: int,
    num_threads: int,
    budget_seconds: float,
) -> Probed:
    """Time training steps of each candidate, in rounds that take turns.

    Args:
        workload: The network and its images.
        candidates: What is timed; the number of images is found with the first of them that does not crash.
        batch_size: Images of a step; fewer where that many would take too long.
        num_threads: Threads of a trial.
        budget_seconds: About the longest that the rounds take: each candidate has one at least.
    """
    with _children(workload, candidates, num_threads) as children:
        children.ask("ready", limit_seconds=START_SECONDS)
        step_seconds = budget_seconds / (2 * len(candidates) * ROUNDS)
        images = children.ask_first("afford", batch_size=batch_size, step_seconds=step_seconds)
        begun = time.perf_counter()
        children.ask("build", images=images, side=None)
        found: dict[Execution, float] = {}
        for number in range(ROUNDS):
            if number and time.perf_counter() - begun > budget_seconds:
                break
            for one, seconds in children.ask("round").items():
                found[one] = min(seconds, found.get(one, float("inf")))
        return children.result({one: seconds for one, seconds in found.items() if one in children.alive})


def check_steps(
    workload: Workload,
    candidates: Sequence[Execution],
    *,
    sides: Sequence[int],
    batch_size: int,
    num_threads: int,
) -> Probed:
    """Train a step of each candidate on images of each side; the seconds of those that did it are 0.

    Args:
        workload: The network and its images.
        candidates: What is tried.
        sides: Of the images that it trains on, in pixels.
        batch_size: Images of a step.
        num_threads: Threads of a trial.
    """
    with _children(workload, candidates, num_threads) as children:
        children.ask("ready", limit_seconds=START_SECONDS)
        for side in sides:
            limit = COMPILE_SECONDS if any(one.compile for one in candidates) else ANSWER_SECONDS
            children.ask("build", images=batch_size, side=side, limit_seconds=limit)
        return children.result(dict.fromkeys(children.alive, 0.0))


class _Child:
    """The process of one candidate."""

    def __init__(self, workload: Workload, execution: Execution, num_threads: int) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        place = str(Path(__file__).resolve().parents[2])
        # it looks where this process does, but not in the working folder, where a folder may be called as one of ours
        paths = [path or place for path in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, *paths, place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        first = {"workload": asdict(workload), "execution": asdict(execution), "num_threads": num_threads}
        self._rest = b""
        self.send(first)

    def send(self, request: Mapping[str, Any]) -> None:
        """Send a request."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # it is found out when the answer is read
            return

    def answer(self, limit_seconds: float) -> Any:
        """Return what the next request came to.

        Raises:
            CrashError: If the process ended, or does not answer in time.
            RuntimeError: If PyTorch refused, with its words.
        """
        line = self._line(time.monotonic() + limit_seconds)
        if line is None:
            raise CrashError(f"did not end within {limit_seconds:.0f} s")
        if not line:
            raise CrashError(self._end())
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def _line(self, until: float) -> bytes | None:
        """Return a line; an empty one where the process has ended, None where it has not by then."""
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                return None
            part = os.read(self._process.stdout.fileno(), 65_536)
            if not part:
                return b""
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _end(self) -> str:
        """Return how the process ended, its last words with an exit status."""
        status = self._process.wait()
        if status < 0:
            return f"ended with {signal.Signals(-status).name}"
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"ended with exit status {status}" + (f": {words[-1]}" if words else "")

    def end(self) -> None:
        """End the process, whatever it does, and leave nothing of it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:  # what it was not read
                continue


class _Children:
    """The candidates' processes: asked in turns, one at a time, so that none is timed beside another."""

    def __init__(self, children: Mapping[Execution, _Child]) -> None:
        self.alive = dict(children)
        self._crashed: dict[Execution, str] = {}
        self._errors: dict[Execution, str] = {}

    def ask(
        self, what: str, *, limit_seconds: float = ANSWER_SECONDS, **request: Any
    ) -> dict[Execution, Any]:
        """Return the answer of each that lives after it."""
        answers: dict[Execution, Any] = {}
        for one in list(self.alive):
            self._ask(one, answers, {"do": what, **request}, limit_seconds)
        return answers

    def ask_first(self, what: str, **request: Any) -> Any:
        """Return the answer of the first that can give one; None where nobody is left."""
        answers: dict[Execution, Any] = {}
        while self.alive and not answers:
            self._ask(next(iter(self.alive)), answers, {"do": what, **request}, ANSWER_SECONDS)
        return next(iter(answers.values()), None)

    def _ask(
        self,
        one: Execution,
        answers: dict[Execution, Any],
        request: Mapping[str, Any],
        limit_seconds: float,
    ) -> None:
        self.alive[one].send(request)
        try:
            answers[one] = self.alive[one].answer(limit_seconds)
        except CrashError as error:
            self._crashed[one] = str(error)
        except RuntimeError as error:
            self._errors[one] = str(error)
        if one not in answers:
            self.alive.pop(one).end()

    def result(self, seconds: Mapping[Execution, float]) -> Probed:
        """Return what came of all."""
        return Probed(seconds=seconds, crashed=self._crashed, errors=self._errors)


@contextmanager
def _children(workload: Workload, candidates: Sequence[Execution], num_threads: int) -> Iterator[_Children]:
    started: dict[Execution, _Child] = {}
    try:
        for one in candidates:  # they import PyTorch side by side
            started[one] = _Child(workload, one, num_threads)
        yield _Children(started)
    finally:
        for child in started.values():
            child.end()

"""Study files with values that nobody means, planned as `lrstudy plan` does it: each within seconds and a gigabyte.

    python -m benchmarks.experiments.fuzz_plans [--every N] [--minutes M]

Every key takes the values of `fuzz_study_files` and the largest that its limit allows. What the reader takes is
planned, without the epoch that `plan` measures, in a process of its own that may be ended. What ends with a traceback,
hangs or wants more memory is printed; the exit status is 1 where there was any. Nothing is
downloaded.
"""

import argparse
import contextlib
import io
import os
import resource
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import study.preview.contact_sheet
import study.preview.cost
from benchmarks.experiments.fuzz_study_files import Failure, keys, tries, write_study
from study.cli import main as lrstudy
from study.spec.section import Section
from study.spec.sections import StudySpec
from trainables.config import TRAINING_KEYS
from trainables.data import DataSource
from trainables.limits import bounds_in
from trainables.plan.training import Training
from trainables.recipes import recipe
from trainables.settings import bounds_of

MAX_SECONDS = 60
MORE_MEMORY_BYTES = 2**30
"""What a plan may take beyond what its process begins with."""


def plan_tries() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every key with every hostile value, and with the largest and smallest numbers that its limit allows."""
    yield from tries()
    for key in keys():
        limit = limit_at(key)
        yield from ((key, value) for value in (limit, float(limit), limit - 1, 2, 3, 1e-300, 0.5, -limit))
        yield from (
            (key, {"choice": [1, limit]}),
            (key, {"int": [1, limit]}),
            (key, {"uniform": [0.0, limit]}),
        )


def limit_at(key: tuple[str, ...]) -> int:
    """Return the largest number that a key of a study file takes, whatever else it allows."""
    if key[0] == "arms" and len(key) > 2:
        return bounds_of(recipe(key[1]).Settings)[key[-1]].limit
    if key[:2] == ("data", "target") and len(key) > 2:
        return bounds_of(DataSource)[key[-1]].limit
    if key[0] == "training" and key[-1] in TRAINING_KEYS:
        return bounds_of(Training)[key[-1]].limit
    section: type[Section] = StudySpec
    for part in key[:-1]:
        section = section.model_fields[part].annotation  # type: ignore[assignment]
    return bounds_in(section.model_fields[key[-1]].metadata).limit


def plan_attempt(key: tuple[str, ...], value: Any, folder: Path) -> Failure | None:
    """Plan a study file with one hostile value; return what went wrong, None where nothing did."""
    write_study(key, value, folder / "s.yaml")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, _planned(key, folder).encode(errors="backslashreplace")[:4_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        what = answer.read().decode()
    _, status = os.waitpid(child, 0)
    if status:
        what = f"ended with {signal.Signals(os.WTERMSIG(status)).name}; {MAX_SECONDS} s of work are allowed"
    return Failure(".".join(key), repr(value)[:60], what[-300:]) if what else None


def _planned(key: tuple[str, ...], folder: Path) -> str:
    """Run the command, limited; return what a user must not see, nothing where there is none of it."""
    resource.setrlimit(resource.RLIMIT_AS, (_now_bytes() + MORE_MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    signal.alarm(10 * MAX_SECONDS)  # where it waits instead of working
    if key[0] != "data":  # most of a plan's seconds, and only the data change it
        study.preview.contact_sheet.draw_contact_sheet = _undrawn
    try:
        _plan(folder)
    except BaseException:  # what is looked for
        return traceback.format_exc()
    return ""


def _plan(folder: Path) -> None:
    said = io.StringIO()
    pictures = ["--picture", str(folder / "rates.png"), "--images", str(folder / "images.png")]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        lrstudy(["plan", str(folder / "s.yaml"), *pictures])


def _now_bytes() -> int:
    """Return the address space that this process has."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _unmeasured(*_: Any, **__: Any) -> float:
    return 0.0


def _undrawn(*_: Any, **__: Any) -> None:
    return None


def _no_network(*_: Any, **__: Any) -> None:
    raise OSError("no network here")


def main() -> int:
    """Plan all, or every n-th, for so many minutes; print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="try every N-th only")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end after so many")
    arguments = parser.parse_args()
    study.preview.cost.epoch_seconds = _unmeasured
    socket.getaddrinfo = _no_network
    chosen = list(plan_tries())[:: arguments.every]
    failures: list[Failure] = []
    num_tried, begun = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        write_study(("name",), "first", Path(name) / "s.yaml")
        _plan(Path(name))  # here, so that each child finds everything imported
        for key, value in chosen:
            if time.monotonic() - begun > 60 * arguments.minutes:
                break
            num_tried += 1
            if failure := plan_attempt(key, value, Path(name)):
                failures.append(failure)
                print(f"{failure.key} = {failure.value}: {failure.what}", flush=True)
    print(f"{num_tried} of {len(chosen)} tried, {len(failures)} neither planned nor refused in words")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

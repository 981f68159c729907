"""A quiet console, Ray with its room for trials, and a clean stop on Ctrl-C or SIGTERM, around a study's Tuner."""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from study.errors import StudyError
from study.proxies import reach_this_machine

RAY_SETTINGS = {
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_prestart_worker_first_driver": "0",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "3600",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
    "TUNE_WARN_EXCESSIVE_EXPERIMENT_CHECKPOINT_SYNC_THRESHOLD_S": "0",
    "RAY_AIR_NEW_OUTPUT": "0",
}
"""Tune writes no logs of its own for each trial, and leaves signals and its chatter to us. Ray starts no workers
beforehand: Tune's have an environment of their own, so that those would only be in the way of its start."""


@contextlib.contextmanager
def quiet(log: Path) -> Iterator[Console]:
    """Send everything that this process and its children print to `log`; yield a console for the user.

    The file descriptors themselves are redirected, because Ray's processes inherit those.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    user_out, user_err = os.dup(1), os.dup(2)
    handler = logging.FileHandler(log, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    level = root.level
    with (
        log.open("a", encoding="utf-8") as file,
        os.fdopen(user_out, "w", encoding="utf-8", errors="backslashreplace") as out,
    ):
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        try:
            # What is printed is text: names of folders and classes may look like markup.
            yield Console(file=out, force_terminal=os.isatty(user_out), markup=False, emoji=False)
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
            for close in (handler.close, sys.stdout.flush, sys.stderr.flush):
                with contextlib.suppress(OSError):  # the log's disk may be full; the user still hears of it
                    close()
            os.dup2(user_out, 1)
            os.dup2(user_err, 2)
            os.close(user_err)


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Work in `folder`: Ray's workers put the driver's folder first on `sys.path`, and it must hold no code."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def ray_cluster() -> Iterator[list[dict[str, float]]]:
    """Join the cluster that RAY_ADDRESS names, or start one on this machine; yield each node's resources."""
    os.environ.update({key: value for key, value in RAY_SETTINGS.items() if key not in os.environ})
    reach_this_machine()
    import ray

    logging.getLogger("ray.tune.analysis.experiment_analysis").setLevel(logging.ERROR)
    joined = ray.is_initialized()
    if not joined:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
    try:
        yield [dict(node["Resources"]) for node in ray.nodes() if node["Alive"]]
    finally:
        if not joined:
            ray.shutdown()


def num_concurrent_trials(nodes: Sequence[Mapping[str, float]], *, cpus: float, gpus: float) -> int:
    """Return how many trials run at once.

    Args:
        nodes: Resources of each machine of the cluster; a trial runs on one of them.
        cpus: CPUs of a trial.
        gpus: GPUs of a trial; a share of a GPU lies on one GPU.

    Raises:
        StudyError: If a trial fits nowhere.
    """
    number = sum(_fit(node, cpus, gpus) for node in nodes)
    if number:
        return number
    machines = "; ".join(f"{node.get('CPU', 0):g} CPUs and {node.get('GPU', 0):g} GPUs" for node in nodes)
    raise StudyError(
        f"resources: a trial asks for {cpus:g} CPUs and {gpus:g} GPUs, but there are: {machines}"
    )


def _fit(node: Mapping[str, float], cpus: float, gpus: float) -> int:
    by_cpus = int(node.get("CPU", 0) // cpus)
    if not gpus:
        return by_cpus
    whole = int(node.get("GPU", 0))
    by_gpus = whole * int(1 / gpus + 1e-9) if gpus <= 1 else int(whole // gpus)
    return min(by_cpus, by_gpus)


@contextlib.contextmanager
def stopping_on_signals(stop: Callable[[str], None]) -> Iterator[None]:
    """Call `stop` with the signal's name on the first SIGINT or SIGTERM; a second SIGINT interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop(signal.Signals(number).name)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""One function for each fault: it runs a study, injects the fault at a moment drawn at random, and counts."""

import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from benchmarks.experiments.faults.victims import (
    PATIENCE_SECONDS,
    Counts,
    count,
    kill_driver,
    num_records,
    printed,
    run_printing,
    run_whole,
    start,
    wait_until,
    workers,
    write_study,
)
from benchmarks.harness.cluster import cluster_of
from benchmarks.harness.servers import MlflowServer, failing_proxy


def driver_killed(
    folder: Path, whole: Path, moment: random.Random, number: signal.Signals = signal.SIGKILL
) -> Counts:
    """Kill the driver at a random record of its journal, resume, kill again once, and let it end."""
    return _killed(folder, _prepare(folder, whole), whole, moment, number)


def driver_killed_while_trials_are_stopped(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """The same with a trial scheduler, one trial at a time, so that what it stops depends on nothing else."""
    sections = {
        "search": {"algorithm": "random", "trial_scheduler": "median_stopping", "grace_period": 2},
        "budget": {"trials": 6, "epochs": 30},
        "resources": {"checkpoint_seconds": 0, "cpus": 2},
    }
    left_alone = folder.parent / "stopping"
    stopping = left_alone / "results" / "victim"
    if not stopping.exists():
        _prepare(left_alone, whole, **sections)
        run_whole(left_alone)
    assert "stopped" in set(pd.read_parquet(stopping / "records.parquet")["status"]), "nothing was stopped"
    return _killed(folder, _prepare(folder, whole, **sections), stopping, moment, signal.SIGKILL)


def _killed(
    folder: Path, results: Path, whole: Path, moment: random.Random, number: signal.Signals
) -> Counts:
    lives, command = 1, "run"
    for _ in range(2):
        process = start(folder, command, "victim.yaml")
        begun = num_records(results)
        goal = begun + moment.randrange(0, max(1, num_records(whole) - begun))
        wait_until(lambda goal=goal: num_records(results) > goal, process)  # type: ignore[misc]
        time.sleep(moment.random() / 10)
        if process.poll() is None:
            kill_driver(process, number)
        if process.returncode == 0:
            return count(results, whole, lives=lives)
        lives, command = lives + 1, "resume"
    run_whole(folder, "resume", "victim.yaml")
    return count(results, whole, lives=lives)


def worker_killed(folder: Path, whole: Path, moment: random.Random, times: int = 4) -> Counts:
    """Kill a trial's process at random records, so many times; the study goes on by itself.

    One kill in each stretch of the journal, since a run whose process dies a third time counts as crashed.
    """
    results = _prepare(folder, whole)
    process = start(folder, "run", "victim.yaml")
    stretch = (num_records(whole) - 2) // times
    for goal in [1 + number * stretch + moment.randrange(stretch) for number in range(times)]:
        wait_until(lambda goal=goal: num_records(results) >= goal and bool(workers(process)), process)  # type: ignore[misc]
        for worker in workers(process)[:1]:
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda worker=worker: worker not in workers(process), process)  # type: ignore[misc]
    assert process.wait(PATIENCE_SECONDS) == 0, printed(folder)
    return count(results, whole)


def node_left(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Run the study on a cluster of two nodes, one CPU each, and take one away at a random record; it goes on."""
    results = _prepare(folder, whole)
    with cluster_of(2) as cluster:
        process = start(folder, "run", "victim.yaml", environment={"RAY_ADDRESS": cluster.address})
        goal = moment.randrange(1, num_records(whole) - 1)
        wait_until(lambda: num_records(results) >= goal, process)
        assert process.poll() is None, printed(folder)
        cluster.remove_node(cluster.list_all_nodes()[1], allow_graceful=False)
        assert process.wait(PATIENCE_SECONDS) == 0, printed(folder)
    num_trials = json.loads((results / "run.json").read_text())["num_slots"]
    assert num_trials == 2, f"a trial a node was to be trained at once, not {num_trials}"
    return count(results, whole)


def interrupted_twice(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Press Ctrl-C, and once more while the driver is still stopping."""
    results = _prepare(folder, whole)
    process = start(folder, "run", "victim.yaml")
    goal = moment.randrange(1, num_records(whole) - 1)
    wait_until(lambda: num_records(results) >= goal, process)
    for _ in range(2):
        if process.poll() is None:
            os.kill(process.pid, signal.SIGINT)
        time.sleep(moment.random())
    assert process.wait(PATIENCE_SECONDS) in (0, 1, 130), printed(folder)
    run_whole(folder, "resume", "victim.yaml")
    return count(results, whole, lives=2)


def _killed_midway(folder: Path, whole: Path, moment: random.Random) -> Path:
    """Return the results of a study whose driver was killed at a record that is drawn."""
    results = _prepare(folder, whole)
    process = start(folder, "run", "victim.yaml")
    goal = moment.randrange(1, num_records(whole) - 1)
    wait_until(lambda: num_records(results) >= goal, process)
    if process.poll() is None:
        kill_driver(process)
    return results


def states_truncated(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Kill the driver and cut off every saved state; the runs begin anew."""
    results = _killed_midway(folder, whole, moment)
    for state in results.glob("tune/*/*/checkpoint_*/state.pt"):
        os.truncate(state, state.stat().st_size // 2)
    run_whole(folder, "resume", "victim.yaml")
    return count(results, whole, lives=2)


def journal_truncated(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Kill the driver and cut the journal's last lines in their middle, as a machine that goes down may."""
    results = _killed_midway(folder, whole, moment)
    records = results / "journal" / "records.jsonl"
    os.truncate(records, records.stat().st_size - moment.randrange(1, 200))
    run_whole(folder, "resume", "victim.yaml")
    return count(results, whole, lives=2)


def disk_full(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Run the study where its results have a disk of their own that is too small, then where there is room.

    The disk is a tmpfs that only the study sees, in a user namespace; what it held is copied before it goes.
    """
    results = _prepare(folder, whole)
    needed = sum(file.stat().st_size for file in whole.parent.rglob("*") if file.is_file()) // 1024
    size = moment.randrange(needed // 10, needed // 2)
    disk, rescued = results.parent, folder / "rescued"
    disk.mkdir()
    lrstudy = Path(sys.executable).parent / "lrstudy"
    script = (
        f"mount -t tmpfs -o size={size}k tmpfs {shlex.quote(str(disk))} || exit 99\n"
        f"timeout 240 {shlex.quote(str(lrstudy))} run victim.yaml; status=$?\n"
        f"cp -a {shlex.quote(str(disk))} {shlex.quote(str(rescued))}; exit $status\n"
    )
    status = run_printing(folder, ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script])
    assert status != 99, "no tmpfs in a user namespace"
    assert status in (0, 1), f"it ended with {status}, 124 if it hung: {printed(folder)}"
    assert (
        status == 0 or "lrstudy run:" in printed(folder) or "Not everything was recorded" in printed(folder)
    )
    disk.rmdir()
    rescued.rename(disk)
    run_whole(folder, "resume" if (results / "journal" / "events.jsonl").exists() else "run", "victim.yaml")
    return count(results, whole, lives=2)


def can_have_small_disks() -> bool:
    """Whether this machine allows a tmpfs in a user namespace."""
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def cache_damaged(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Kill the driver and cut every file of the cache in half; the study makes them anew."""
    results = _prepare(folder, whole)
    own_cache = {"LRSTUDY_CACHE": str(folder / "cache")}
    process = start(folder, "run", "victim.yaml", environment=own_cache)
    goal = moment.randrange(1, num_records(whole) - 1)
    wait_until(lambda: num_records(results) >= goal, process)
    if process.poll() is None:
        kill_driver(process)
    for kind in ("data", "activations", "range_tests"):
        for file in (folder / "cache" / kind).rglob("*"):
            if file.is_file() and file.suffix != ".lock":
                os.truncate(file, file.stat().st_size // 2)
    run_whole(folder, "resume", "victim.yaml", environment=own_cache)
    return count(results, whole, lives=2)


def server_failing(folder: Path, whole: Path, moment: random.Random) -> Counts:
    """Track on a server behind a proxy that fails, delays and loses answers; kill the server, and start it again."""
    results = _prepare(folder, whole)
    server = MlflowServer(folder)
    server.start()
    try:
        with failing_proxy(server.uri, seed=moment.randrange(1000)) as uri:
            write_study(folder, like=whole.parent.parent, tracking={"uri": uri, "experiment": "lrstudy"})
            process = start(folder, "run", "victim.yaml")
            goal = moment.randrange(1, num_records(whole) - 1)
            wait_until(lambda: num_records(results) >= goal, process)
            server.kill()
            time.sleep(20 * moment.random())
            server.start()
            status = process.wait(PATIENCE_SECONDS)
            assert status == 0 or "Nothing is lost" in printed(folder), printed(folder)
            for _ in range(10):
                if start(folder, "sync", str(results)).wait(300) == 0:
                    break
            return count(results, whole, uri=server.uri)
    finally:
        server.kill()


def _prepare(folder: Path, whole: Path, **sections: object) -> Path:
    """Write the study that was left alone once more, with some sections replaced; return where its results will be."""
    folder.mkdir(parents=True)
    write_study(folder, like=whole.parent.parent, **sections)
    return folder / "results" / "victim"

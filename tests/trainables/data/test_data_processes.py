import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from trainables.data import DataError, DataSource, open_prepared, prepare
from trainables.sharing.cache_folder import machine_lock, remove_abandoned

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDERS = {"cat": 30, "dog": 30}


def _prepare(folder: str, cache: Path) -> tuple[str, float]:
    data = prepare(DataSource(folder=folder), cache=cache)
    return data.key, data.build_seconds


def test_processes_that_prepare_at_once_share_one_build(make_folder, cache):
    folder = str(make_folder(FOLDERS))
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        results = list(processes.map(_prepare, [folder] * 3, [cache] * 3))
    # The seconds of a build are stored with it, so one build means one number.
    assert len(set(results)) == 1
    assert [path.name for path in (cache / "data").iterdir()] == [results[0][0]]


KILLED = """
import os, signal, sys
from pathlib import Path
from trainables.data import DataSource, building, prepare

def killed(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(building, sys.argv[3], killed)
prepare(DataSource(folder=sys.argv[1]), cache=Path(sys.argv[2]))
"""


@pytest.mark.parametrize("step", ["decode_all", "mean_and_std", "meta_of"])
def test_what_a_killed_process_leaves_is_not_taken_for_finished(make_folder, cache, tmp_path, step):
    folder = str(make_folder(FOLDERS))
    key, _ = _prepare(folder, tmp_path / "other cache")
    arguments = [sys.executable, "-c", KILLED, folder, str(cache), step]
    killed = subprocess.run(arguments, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in (cache / "data").iterdir()] == [f"{key}.partial"]
    with pytest.raises(DataError):
        open_prepared(key, cache=cache)
    assert _prepare(folder, cache)[0] == key
    assert [path.name for path in (cache / "data").iterdir()] == [key]
    assert open_prepared(key, cache=cache).counts["train"] == (18, 18)


def test_the_next_builder_of_anything_removes_what_killed_ones_left(make_folder, cache):
    (cache / "data" / "abandoned.partial").mkdir(parents=True)
    key, _ = _prepare(str(make_folder(FOLDERS)), cache)
    assert [path.name for path in (cache / "data").iterdir()] == [key]


def test_a_running_builder_keeps_its_folder(cache):
    partial = cache / "data" / "running.partial"
    partial.mkdir(parents=True)
    with machine_lock(cache, "running"):
        code = "import sys; from pathlib import Path; from trainables.sharing.cache_folder import remove_abandoned\n"
        code += "remove_abandoned(Path(sys.argv[1]), Path(sys.argv[1]) / 'data')"
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        subprocess.run([sys.executable, "-c", code, str(cache)], env=environment, check=True)
        assert partial.is_dir()
    remove_abandoned(cache, cache / "data")
    assert not partial.exists()

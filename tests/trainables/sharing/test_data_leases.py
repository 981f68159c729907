import os
import subprocess
import sys
import time
from pathlib import Path

from trainables.sharing.leases import cache_in_use, is_used, leases, mark_used


def test_a_lease_is_there_while_the_cache_is_used_and_names_what_is_needed(tmp_path: Path) -> None:
    before = time.time()
    with cache_in_use(tmp_path, tmp_path / "data" / "k"), cache_in_use(tmp_path):
        found = leases(tmp_path)
        assert sorted(len(lease.entries) for lease in found) == [0, 1]
        assert all(before - 1 <= lease.since <= time.time() for lease in found)
    assert leases(tmp_path) == ()
    assert list((tmp_path / "in_use").iterdir()) == []


def test_what_a_killed_process_has_left_counts_no_more(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib\nfrom trainables.sharing.leases import cache_in_use\n"
        f"with cache_in_use(pathlib.Path({str(tmp_path)!r})):\n    print('there', flush=True)\n    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    assert len(leases(tmp_path)) == 1
    process.kill()
    process.communicate()
    assert leases(tmp_path) == ()
    assert list((tmp_path / "in_use").iterdir()) == []


def test_what_is_needed_or_was_taken_since_is_used(tmp_path: Path) -> None:
    needed, old, taken = (tmp_path / name for name in ("needed", "old", "taken"))
    for entry in (needed, old, taken):
        entry.mkdir()
        os.utime(entry, (1.0, 1.0))
    with cache_in_use(tmp_path, needed):
        mark_used(taken)
        now = leases(tmp_path)
        assert [is_used(entry, now) for entry in (needed, old, taken)] == [True, False, True]
    assert not is_used(needed, leases(tmp_path))

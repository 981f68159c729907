"""Uses of a test split: a count beside the data, by the split's hash."""

import json
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from study.results.folder import write_whole


def num_uses(cache: Path, split_hash: str) -> int:
    """Return how many confirmations have measured the test split with this hash on this machine."""
    path = _file(cache, split_hash)
    return len(json.loads(path.read_text())) if path.exists() else 0


def note_use(cache: Path, split_hash: str, *, study: str) -> None:
    """Write down that a study's confirmation is about to measure the test split."""
    path = _file(cache, split_hash)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        entries = json.loads(path.read_text()) if path.exists() else []
        entries.append({"study": study, "when": datetime.now(UTC).isoformat()})
        write_whole(path, json.dumps(entries))


def _file(cache: Path, split_hash: str) -> Path:
    return cache / "test_measurements" / f"{split_hash[:32]}.json"

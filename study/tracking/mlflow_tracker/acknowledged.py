"""Position up to which a journal was sent to a tracking server: a file beside it, so that nothing is sent twice."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from study.results.folder import write_whole

SENT = "mlflow.json"
"""The file, in the journal's folder."""


class Acknowledged:
    """What a server has taken, as far as it has said so.

    Attributes:
        values: Bytes of `events` and `records` that were sent, and what else is sent once.
    """

    def __init__(self, path: Path, *, place: str, experiment: str) -> None:
        """Read how far the journal was sent to this place: nowhere, where it was sent to another one."""
        self._path = path
        here = {"place": place, "experiment": experiment}
        try:
            known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            known = {}
        same = all(known.get(key) == value for key, value in here.items())
        self.values: dict[str, Any] = known if same else {**here, "events": 0, "records": 0}

    def add(self, more: Mapping[str, Any]) -> None:
        """Write down what was taken beside that."""
        self.values |= more
        write_whole(self._path, json.dumps(self.values))

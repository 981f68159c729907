"""A tracking store that was moved or copied with its artifacts: MLflow keeps their absolute addresses, so they follow.

MLflow has no command for it (its issue 3144); the columns are those that it fills, see the test with a real store.
"""

import contextlib
import logging
import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlparse

from study.spec.paths import SQLITE

logger = logging.getLogger(__name__)

ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Tables and columns of MLflow's SQLite store that hold where artifacts lie."""


def follow_move(uri: str, *, before: str, now: str | None) -> None:
    """Let a store's addresses of artifacts name the folder that lies beside it now, in one transaction.

    Nothing is done where `before` is no folder, or one of another name, which somebody chose, or where what lies at
    `before` stayed there.

    Args:
        uri: Of the store; only a SQLite file can be moved like this.
        before: Address of the artifacts' folder as an experiment in the store has it.
        now: Its address in the folder of all results, as a URI of a file; None in a store that is not our own.

    Raises:
        sqlite3.Error: If the store can't be written; it is as it was then.
    """
    if now is None or before == now or not uri.startswith(SQLITE) or _name(before) != _name(now):
        return
    stayed = _path(before).exists() and not _path(now).exists()
    if stayed or urlparse(before).scheme not in ("", "file"):
        return
    with contextlib.closing(sqlite3.connect(uri.removeprefix(SQLITE))) as connection, connection:
        for table, column in ADDRESSES:
            connection.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                (now, len(before) + 1, before, len(before) + 1, f"{before}/"),
            )
    logger.info("MLflow's artifacts were moved: the store named %s and names %s now", before, now)


def _path(address: str) -> Path:
    return Path(unquote(urlparse(address).path))


def _name(address: str) -> str:
    return _path(address).name

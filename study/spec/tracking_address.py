"""Addresses of MLflow: the server or database that the study file names, or one beside the results."""

import re
from pathlib import Path
from urllib.parse import unquote

from study.spec.paths import SQLITE


def tracking_uri(uri: str | None, base: Path) -> str:
    """Return the tracking URI: the given one, or a SQLite file in `base`, the folder of all results."""
    return uri or f"{SQLITE}{base / 'mlflow.db'}"


def address(uri: str) -> str:
    """Return a tracking URI as MLflow takes it: a SQLite file's path with `?` and what looks like an escape escaped.

    SQLAlchemy writes it, which reads it, too: versions before 2.1 unescape nothing. Other paths stay as they are, since
    MLflow makes the folder that an address names, as it stands, as well.
    """
    path = uri.removeprefix(SQLITE)
    if path == uri or ("?" not in path and unquote(path) == path):
        return uri
    from sqlalchemy import URL

    return URL.create("sqlite", database=path).render_as_string()


def artifact_location(uri: str | None, base: Path) -> str | None:
    """Return where a new experiment keeps artifacts: in `base` with our own store, else where the server says."""
    return None if uri else (base / "mlflow-artifacts").as_uri()


def without_secrets(text: str) -> str:
    """Return a text with the user and password of every address in it left out."""
    return re.sub(r"(://)[^/@\s]+@", r"\1", text)

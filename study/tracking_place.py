"""Where MLflow keeps a study: the server or database that the study file names, or one beside the results."""

import re
from pathlib import Path

from study.spec_paths import SQLITE


def tracking_uri(uri: str | None, base: Path) -> str:
    """Return the tracking URI: the given one, or a SQLite file in `base`, the folder of all results."""
    return uri or f"{SQLITE}{base / 'mlflow.db'}"


def artifact_location(uri: str | None, base: Path) -> str | None:
    """Return where a new experiment keeps artifacts: in `base` with our own store, else where the server says."""
    return None if uri else (base / "mlflow-artifacts").as_uri()


def without_secrets(text: str) -> str:
    """Return a text with the user and password of every address in it left out."""
    return re.sub(r"(://)[^/@\s]+@", r"\1", text)

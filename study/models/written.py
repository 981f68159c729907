"""Models that have been written, found again in their folders."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


def written_models(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield arm, run and folder of each model in a folder of models."""
    for each in sorted(folder.glob("*")):
        if run := model_run(each):
            yield each.name, run, each


def model_run(folder: Path) -> str:
    """Return the run whose model is in a folder; nothing where there is none."""
    file = folder / "MLmodel"
    if not file.exists():
        return ""
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return str((content.get("metadata") or {}).get("run", ""))

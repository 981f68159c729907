"""The paths of a study file: relative to the file's folder, `~` expanded."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from trainables.data.sources.registry import READERS, path_keys

_WEIGHTS_NAME = re.compile(r"none|source|pretrained|[A-Z][A-Z0-9_]*")
SQLITE = "sqlite:///"


def is_weights_file(weights: str) -> bool:
    """Return whether `model.weights` is a file, and not one of the words or a name such as IMAGENET1K_V1."""
    return _WEIGHTS_NAME.fullmatch(weights) is None


def with_absolute_paths(raw: dict[str, Any], base: Path) -> dict[str, Any]:
    """Return the content of a study file with the paths in it made absolute; what is no path is left alone.

    Args:
        raw: As read from YAML; it may be wrong in every way.
        base: Folder that relative paths start from.
    """
    content = dict(raw)
    if isinstance(data := raw.get("data"), dict):
        content["data"] = {key: _data(value, base) for key, value in data.items()}
    if isinstance(model := raw.get("model"), dict):
        content["model"] = _replaced(model, "weights", base, only_if=is_weights_file)
    if isinstance(tracking := raw.get("tracking"), dict):
        content["tracking"] = _replaced(_sqlite(tracking, base), "csv", base)
    if isinstance(presets := raw.get("presets"), dict):
        content["presets"] = {
            name: with_absolute_paths(preset, base) if isinstance(preset, dict) else preset
            for name, preset in presets.items()
        }
    return _replaced(content, "storage", base, only_if=lambda storage: "://" not in storage)


def absolute(path: str, base: Path) -> str:
    """Return a path of a study file, made absolute."""
    return str((base / Path(path).expanduser()).absolute())


def _data(value: Any, base: Path) -> Any:
    if not isinstance(value, dict):
        return value
    for key in path_keys():
        takes_name = key in READERS and READERS[key].takes_name
        value = _replaced(value, key, base, only_if=partial(_is_path, base) if takes_name else bool)
    return value


def _is_path(base: Path, value: str) -> bool:
    """Say whether a value that may be a name is a path."""
    return value.startswith(("/", ".", "~")) or (base / value).exists()


def _replaced(section: dict[str, Any], key: str, base: Path, *, only_if: Any = bool) -> dict[str, Any]:
    value = section.get(key)
    if not isinstance(value, str) or not value.strip() or not only_if(value):
        return section
    return {**section, key: absolute(value, base)}


def _sqlite(tracking: dict[str, Any], base: Path) -> dict[str, Any]:
    uri = tracking.get("uri")
    if not isinstance(uri, str) or not uri.removeprefix(SQLITE) or not uri.startswith(SQLITE):
        return tracking
    return {**tracking, "uri": SQLITE + absolute(uri.removeprefix(SQLITE), base)}

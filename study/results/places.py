"""Places of a study's files: no part of what the study is. It may be moved, or be copied, and goes on there."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import Results
from study.spec.paths import SQLITE, is_weights_file
from study.spec.sections import StudySpec
from study.spec.study_file import read_resolved
from trainables.data import DataSource, parse_source
from trainables.data.sources.places import is_place_of_images
from trainables.data.sources.registry import path_keys
from trainables.record import PLACE_KEYS


def without_places(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides a run: its configuration without places, and of a file of start weights the name.

    Whether the file holds what it held is for `continuing.refuse_other_weights`; names of trained source weights are
    hashes of what decides them.
    """
    kept = {key: value for key, value in config.items() if key not in PLACE_KEYS}
    weights = kept.get("weights")
    if isinstance(weights, str) and is_weights_file(weights):
        kept["weights"] = Path(weights).name
    return kept


def spec_without_places(spec: StudySpec) -> StudySpec:
    """Return a study with stand-ins for its folders: what images and weights are is told by their content."""
    data = spec.data.model_copy(
        update={"target": _anywhere(spec.data.target), "source": _anywhere(spec.data.source)}
    )
    model, tracking = spec.model, spec.tracking
    if is_weights_file(model.weights):
        model = model.model_copy(update={"weights": Path(model.weights).name})
    if tracking.uri is not None and tracking.uri.startswith(SQLITE):
        tracking = tracking.model_copy(update={"uri": SQLITE + Path(tracking.uri.removeprefix(SQLITE)).name})
    if tracking.csv is not None:
        tracking = tracking.model_copy(update={"csv": "a folder"})
    update: dict[str, Any] = {
        "data": data,
        "model": model,
        "tracking": tracking,
        "storage": None,
        "presets": {},
    }
    return spec.model_copy(update=update)


def read_here(results: Results) -> StudySpec:
    """Return a study as its results tell it, with paths of today: they may have been moved or copied since.

    Raises:
        SpecError: If the file can't be read or holds no resolved study.
    """
    before = read_resolved(results.spec)
    return read_resolved(results.spec, overrides=tuple(moved_paths(before, results.folder)))


def moved_paths(before: StudySpec, folder: Path) -> Iterator[str]:
    """Yield overrides for the paths of a study whose results were moved or copied, such as "storage=...".

    Of the others those that are not there any more, but lie where they lay beside the results.

    Args:
        before: The study as its results tell it.
        folder: Its results, where they are now.
    """
    assert before.storage is not None, "a resolved study has it"
    old, new = Path(before.storage), folder.resolve().parent
    if old.resolve() != new:
        yield _override("storage", str(new))
    for key, path in _paths(before):
        beside = Path(os.path.normpath(new / os.path.relpath(path, old)))
        if not _is_there(path) and _is_there(beside):
            uri = SQLITE if key == "tracking.uri" else ""
            yield _override(key, f"{uri}{beside}")


def is_copy(before: StudySpec, results: Results) -> bool:
    """Return whether the results that a study's own file names are still there beside these ones."""
    assert before.storage is not None, "a resolved study has it"
    original = Path(before.storage) / before.name
    if original.resolve() == results.folder.resolve():
        return False
    ours = RunMetadata.read(results.run_metadata).study_id
    return ours != "" and RunMetadata.read(original / results.run_metadata.name).study_id == ours


def _paths(spec: StudySpec) -> Iterator[tuple[str, Path]]:
    for name, source in (("target", spec.data.target), ("source", spec.data.source)):
        given = {} if source is None else source.as_mapping()
        for key in sorted(path_keys() & given.keys()):
            if Path(str(given[key])).is_absolute():  # else a data set's name
                yield f"data.{name}.{key}", Path(str(given[key]))
    if is_weights_file(spec.model.weights):
        yield "model.weights", Path(spec.model.weights)
    if spec.tracking.uri is not None and spec.tracking.uri.startswith(SQLITE):
        yield "tracking.uri", Path(spec.tracking.uri.removeprefix(SQLITE))
    if spec.tracking.csv is not None:
        yield "tracking.csv", Path(spec.tracking.csv)


def _is_there(path: Path) -> bool:
    return path.exists() or is_place_of_images(path)


def _override(key: str, value: str) -> str:
    return f"{key}={json.dumps(value, ensure_ascii=False)}"


def _anywhere(source: DataSource | None) -> DataSource | None:
    if source is None:
        return None
    given = {key: value for key, value in source.as_mapping().items() if key != "root"}
    return parse_source({**given, **dict.fromkeys(path_keys() & given.keys(), "a folder")}, "data")

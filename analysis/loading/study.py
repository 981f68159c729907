"""Loading a results folder: the only place of the analysis that reads files and parses what they hold."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.loading.extended import as_extended
from analysis.loading.run_metadata import RunMetadata
from analysis.loading.settings import read_settings
from analysis.loading.study_data import StudyData, study_data
from analysis.loading.texts import with_shared_texts
from trainables.record import AS_JSON, NOT_TABULAR, STAGES, STATUSES, EpochRecord, RunInfo

PREDICTION_COLUMNS = (
    "arm",
    "run",
    "seed",
    "architecture",
    "overall",
    "image",
    "id",
    "label",
    "predicted",
    "true_probability",
)

_RECORD_FIELDS = tuple(f for f in fields(EpochRecord) if f.name not in NOT_TABULAR)
_RECORD_COLUMNS = tuple(f.name for f in (*fields(RunInfo), *_RECORD_FIELDS))
_TYPES: Mapping[Any, Any] = {
    float: "float64",
    float | None: "float64",
    int: "int64",
    int | None: "float64",
    bool: "bool",
}
_JSON_COLUMNS = ("config", *AS_JSON)
_TEXTS_AT_ONCE = 10_000
_COLUMN_TYPES = {f.name: _TYPES[f.type] for f in (*fields(RunInfo), *_RECORD_FIELDS) if f.type in _TYPES}


ADDED_LATER: Mapping[str, Any] = {
    "extension": 0,
    "repeat": 1,
    **dict.fromkeys(
        (
            "val_calibration_error",
            "val_recalls",
            "val_accuracy_before_unfreezing",
            "restored_epoch",
            "test_calibration_error",
            "test_recalls",
            "test_measures",
            "test_by_class",
            "val_confusion",
            "further",
        )
    ),
}
"""Columns that the records of earlier versions lack, and with what such a study loads: as it was, nothing measured."""

GROUP = "group"
"""Column of the predictions that earlier versions lack: such a study loads as one whose images stand alone."""


def load_study(folder: str | Path, *, extension: int | None = None) -> StudyData:
    """Read a results folder, finished or interrupted.

    Args:
        folder: The folder that holds `study.yaml` and `records.parquet`. `run.json` and
            `predictions.parquet` may still be missing.
        extension: Of a study that was extended, the number of the extension after which it is wanted, 0 for before
            the first; None for as it is now.

    Raises:
        ValueError: If a file is missing or holds something other than the records of one study, if the study file or
            `run.json` says something that cannot be used, or if there is no such extension.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"folder={str(folder)!r} is not a folder; give one such as results/NAME")
    spec = _read_spec(folder / "study.yaml")
    study = study_data(
        spec=spec,
        settings=read_settings(spec),
        metadata=RunMetadata.read(folder / "run.json"),
        records=_read_records(folder / "records.parquet", study=spec["name"]),
        predictions=_read_predictions(folder / "predictions.parquet"),
    )
    return as_extended(study, extension)


def _read_spec(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ValueError(f"{path} is missing; a results folder holds the resolved study file of that name")
    try:
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        raise ValueError(f"{path} is not a resolved study file: it needs a mapping with a text under 'name'")
    return spec


def _read_parquet(path: Path, *, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as Parquet: {error}") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"{path} lacks the columns {', '.join(missing)}; it was not written by a study")
    return table


def _read_records(path: Path, *, study: str) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path} is missing; the study has recorded nothing, or this is not its folder")
    required = tuple(name for name in _RECORD_COLUMNS if name not in ADDED_LATER)
    return checked_records(_read_parquet(path, columns=required), study=study, path=path)


def checked_records(rows: pd.DataFrame, *, study: str, path: Path) -> pd.DataFrame:
    """Return the rows of `to_row` with the types and the values of a record, run by run and epoch by epoch.

    Args:
        rows: One an epoch; columns that earlier versions lack may be missing.
        study: Whose they are.
        path: Where they were read from, for an error.

    Raises:
        ValueError: If they hold something other than the records of one study.
    """
    lacking = {name: value for name, value in ADDED_LATER.items() if name not in rows.columns}
    records = _typed(path, with_shared_texts(rows.assign(**lacking)))
    _check_values(path, records, column="stage", allowed=STAGES)
    _check_values(path, records, column="status", allowed=STATUSES)
    _check_values(path, records, column="study", allowed=(study,))
    records = records.sort_values(["run", "epoch"], ignore_index=True)
    _check_unique(path, records, key=("run", "epoch"))
    _check_one_of_each(path, records)
    try:
        return with_values(records)
    except ValueError as error:
        columns = ", ".join(_JSON_COLUMNS)
        raise ValueError(f"{path} holds something other than JSON in {columns}: {error}") from error


def with_values(records: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `to_row` with the values that their JSON texts hold; None where there is none.

    Rows with the same text share one value, such as a run's configuration: it is to be read, not changed.

    Raises:
        ValueError: If a text is no JSON.
    """
    return records.assign(**{name: _values(records[name]) for name in _JSON_COLUMNS})


def _values(texts: pd.Series) -> pd.Series:
    unique = texts.dropna().unique().tolist()
    known: dict[str, Any] = {}
    for start in range(
        0, len(unique), _TEXTS_AT_ONCE
    ):  # the values of one array share the texts of their keys
        part = unique[start : start + _TEXTS_AT_ONCE]
        known |= zip(part, json.loads(f"[{','.join(part)}]"), strict=True)
    return pd.Series([known.get(text) for text in texts], index=texts.index, dtype=object)


def _typed(path: Path, records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with the types that they are declared with: a table without rows has none."""
    try:
        has = records.dtypes.to_dict()
        others = {name: dtype for name, dtype in _COLUMN_TYPES.items() if has[name] != dtype}
        return records.assign(**{name: records[name].astype(dtype) for name, dtype in others.items()})
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} holds something other than the numbers of a record: {error}") from error


def _read_predictions(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame(columns=[*PREDICTION_COLUMNS, GROUP])
    return checked_predictions(_read_parquet(path, columns=PREDICTION_COLUMNS), path=path)


def checked_predictions(rows: pd.DataFrame, *, path: Path) -> pd.DataFrame:
    """Return the predictions with the group of every image, run by run.

    Args:
        rows: One an image and run; `group` may be missing, as in earlier versions.
        path: Where they were read from, for an error.

    Raises:
        ValueError: If they are of different splits.
    """
    predictions = with_shared_texts(rows if GROUP in rows.columns else rows.assign(**{GROUP: None}))
    _check_unique(path, predictions, key=("run", "image"))
    if (predictions.groupby("image")["label"].nunique() > 1).any():
        raise ValueError(f"{path}: an image has different labels in different runs; these are two splits")
    if (predictions.groupby("image")[GROUP].nunique() > 1).any():
        raise ValueError(f"{path}: an image has different groups in different runs; these are two splits")
    if predictions[GROUP].isna().any() and predictions[GROUP].notna().any():
        # runs of an earlier version have none, as in a study that was extended since
        known = predictions.groupby("image")[GROUP].transform("first")
        predictions = predictions.assign(**{GROUP: known})
    return predictions.sort_values(["run", "image"], ignore_index=True)


def _check_values(path: Path, table: pd.DataFrame, *, column: str, allowed: tuple[str, ...]) -> None:
    foreign = sorted({str(value) for value in table[column].unique()} - set(allowed))
    if foreign:
        raise ValueError(f"{path}: {column}={foreign[0]!r} is not one of {', '.join(allowed)}")


def _check_unique(path: Path, table: pd.DataFrame, *, key: tuple[str, str]) -> None:
    twice = table.loc[table.duplicated(list(key)), list(key)]
    if len(twice):
        first = twice.iloc[0]
        raise ValueError(f"{path}: {key[0]} {first[key[0]]!r} has {key[1]} {first[key[1]]} more than once")


def _check_one_of_each(path: Path, records: pd.DataFrame) -> None:
    """Refuse records, in the order of runs, of a run that is described in two ways."""
    runs = records["run"].to_numpy()
    same_run = runs[1:] == runs[:-1]
    described = [records[f.name].to_numpy() for f in fields(RunInfo) if f.name not in ("study", "run")]
    changes = [same_run & (values[1:] != values[:-1]) for values in described]
    if any(at.any() for at in changes):
        run = runs[:-1][np.logical_or.reduce(changes)][0]
        raise ValueError(f"{path}: run {run!r} changes its arm, stage, seed or configuration between epochs")

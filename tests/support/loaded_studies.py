"""Synthetic studies in memory, each loaded and compared once however many tests look at it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import Comparison, StudyData, compare
from analysis.loading.run_metadata import RunMetadata
from analysis.loading.settings import read_settings
from analysis.loading.study import GROUP, PREDICTION_COLUMNS, checked_predictions, checked_records
from analysis.loading.study_data import study_data
from tests.support.synthetic_study import Run, default_metadata, prediction_rows, run_rows, spec_of

_LOADED: dict[str, StudyData] = {}
_COMPARED: dict[str, Comparison] = {}


def loaded(
    runs: Sequence[Run], *, spec: Mapping[str, Any] | None = None, metadata: RunMetadata | None = None
) -> StudyData:
    """Return what `load_study` gives of a folder that `write_study` writes; it is shared, so leave it as it is."""
    key = repr((list(runs), spec, metadata))
    if key not in _LOADED:
        _LOADED[key] = _loaded(runs, spec_of(runs) if spec is None else spec, metadata)
    return _LOADED[key]


def compared(
    runs: Sequence[Run], *, spec: Mapping[str, Any] | None = None, metadata: RunMetadata | None = None
) -> Comparison:
    """Return the comparison of a study, see `loaded`."""
    key = repr((list(runs), spec, metadata))
    if key not in _COMPARED:
        _COMPARED[key] = compare(loaded(runs, spec=spec, metadata=metadata))
    return _COMPARED[key]


def _loaded(runs: Sequence[Run], spec: Mapping[str, Any], metadata: RunMetadata | None) -> StudyData:
    here = Path("in memory")
    records = pd.DataFrame([row for run in runs for row in run_rows(run, study=spec["name"])])
    predictions = pd.DataFrame([row for run in runs for row in prediction_rows(run)])
    return study_data(
        spec=spec,
        settings=read_settings(spec),
        metadata=default_metadata() if metadata is None else metadata,
        records=checked_records(records, study=spec["name"], path=here),
        predictions=checked_predictions(predictions, path=here)
        if len(predictions)
        else pd.DataFrame(columns=[*PREDICTION_COLUMNS, GROUP]),
    )

"""Finished studies that can stand in one comparison, and what makes two of them the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.comparison import Comparison, compare
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.pairs import confirmations
from analysis.loading.study import load_study
from analysis.loading.study_data import StudyData

Pair = tuple[str, str]
"""An arm, and the reference that it is compared with."""


@dataclass(frozen=True, kw_only=True)
class OneStudy:
    """One of several studies.

    Attributes:
        label: What it is called in the comparison: the study's name, with its folder's where two have the same.
        comparison: Of its own arms.
    """

    label: str
    comparison: Comparison

    @property
    def contrasts(self) -> dict[Pair, Contrast]:
        """Every arm against the reference, all networks together."""
        return {
            (each.pairing.arm, each.pairing.reference): each
            for each in self.comparison.contrasts
            if each.pairing.architecture is None
        }

    @property
    def data_set(self) -> str:
        """What names its test images; its own label where that is not on record."""
        metadata = self.comparison.data.metadata
        return metadata.test_hash or metadata.data_key or self.label


def open_studies(folders: Sequence[Path]) -> tuple[OneStudy, ...]:
    """Read and compare finished studies.

    Args:
        folders: Their results, two or more.

    Raises:
        ValueError: If a folder holds no finished study, two are the same study, or their objectives differ.
    """
    if len(folders) < 2:
        raise ValueError(
            f"RESULTS={' '.join(map(str, folders))!r} is one study; give two results folders or more"
        )
    studies: list[StudyData] = []
    for folder in folders:
        study = load_study(folder)
        if study.metadata.ended is None:
            raise ValueError(f"{folder}: the study has not ended; `lrstudy resume {folder}` goes on with it")
        for other, before in zip(folders, studies, strict=False):
            _check(folder, study, other, before)
        studies.append(study)
    labels = _labels(folders, [study.name for study in studies])
    return tuple(
        OneStudy(label=label, comparison=compare(study)) for label, study in zip(labels, studies, strict=True)
    )


def _check(folder: Path, study: StudyData, other: Path, before: StudyData) -> None:
    """Refuse a study that cannot stand beside one before it."""
    if _is_same(study, before):
        raise ValueError(f"{folder} and {other} are the same study; give each once")
    objective, others = study.settings.objective, before.settings.objective
    if objective != others:
        raise ValueError(
            f"{folder}: compare.objective={objective!r}, and {other} has {others!r}; only studies with the same "
            "objective can be compared"
        )


def _is_same(one: StudyData, other: StudyData) -> bool:
    """Return whether two studies are one: by their id, or run for run the same confirmation, as in a copy."""
    if one.metadata.study_id and one.metadata.study_id == other.metadata.study_id:
        return True
    ends = _ends(one)
    return len(ends) > 0 and one.name == other.name and ends.equals(_ends(other))


def _ends(study: StudyData) -> pd.DataFrame:
    return confirmations(study.runs)[["arm", "seed", "final_val", "final_test", "cost_seconds"]]


def _labels(folders: Sequence[Path], names: Sequence[str]) -> list[str]:
    """Return each study's name; with as much of its folder as tells it from others of that name."""
    labels = []
    for name, folder in zip(names, folders, strict=True):
        parts = folder.absolute().parts
        same = [other.absolute().parts for other, each in zip(folders, names, strict=True) if each == name]
        depth = next(
            (d for d in range(1, len(parts) + 1) if sum(each[-d:] == parts[-d:] for each in same) == 1),
            len(parts),
        )
        labels.append(name if len(same) == 1 else f"{name} ({'/'.join(parts[-depth:])})")
    return labels

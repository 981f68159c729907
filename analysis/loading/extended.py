"""A study that was extended after its report, as it stood before and after each extension."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.loading.run_metadata import Extension, RunMetadata
from analysis.loading.settings import Settings
from analysis.loading.study_data import StudyData, study_data
from analysis.statistics.looks import Looks


def as_extended(study: StudyData, extension: int | None) -> StudyData:
    """Return a whole study as its `extension`-th extension left it, 0 for before the first, None for as it is now.

    Where trials were added the winners were chosen and confirmed anew, so confirmation runs of before are left out.

    Raises:
        ValueError: If the study has no such extension.
    """
    done = study.metadata.extensions
    number = len(done) if extension is None else extension
    if not 0 <= number <= len(done):
        raise ValueError(
            f"extension={number} is not allowed; 0 to {len(done)}, as often as the study was extended"
        )
    if not done:
        return study
    kept = done[:number]
    chosen = max((place for place, each in enumerate(kept, start=1) if each.trials), default=0)
    records = _records(study.records, number, chosen)
    predicted = study.predictions["run"].isin(set(records["run"]))
    return study_data(
        spec=study.spec,
        settings=_settings(study.settings, kept, chosen),
        metadata=_metadata(study.metadata, number, chosen),
        records=records,
        predictions=study.predictions[predicted].reset_index(drop=True),
    )


def _records(records: pd.DataFrame, number: int, chosen: int) -> pd.DataFrame:
    """Return the records up to an extension, without the confirmation of winners that were replaced since."""
    outdated = (records["stage"] == "confirm") & (records["extension"] < chosen)
    return records[(records["extension"] <= number) & ~outdated].reset_index(drop=True)


def _metadata(whole: RunMetadata, number: int, chosen: int) -> RunMetadata:
    """Return the metadata at the end of an extension.

    The wall time of a stage is that of all its runs, so that of the confirmation that is left out goes, too.
    """
    metadata = whole if number == len(whole.extensions) else whole.before[number]
    if chosen:
        stages, before = metadata.stage_seconds, whole.before[chosen - 1].stage_seconds
        confirm = stages.get("confirm", 0.0) - before.get("confirm", 0.0)
        metadata = replace(metadata, stage_seconds={**stages, "confirm": confirm})
    return replace(metadata, extensions=whole.extensions[:number])


def _settings(settings: Settings, kept: Sequence[Extension], chosen: int) -> Settings:
    """Return the settings as if the study file had asked for all of it at once."""
    assert settings.num_trials is not None
    assert settings.num_seeds is not None
    return replace(
        settings,
        num_trials=settings.num_trials + sum(each.trials for each in kept),
        num_seeds=settings.num_seeds + sum(each.seeds for each in kept[chosen:]),
    )


def looks_made(num_seeds: int | None, metadata: RunMetadata, arm: str = "") -> Looks:
    """Return the looks that were made at an arm of a study up to its last extension.

    They are those that were planned, or the study's own end, and that of each extension. More trials bring new winners,
    confirmed on seeds of their own: no look of before is at the same runs, but it was a look.

    Args:
        num_seeds: Seeds of the confirmation that counts, those of extensions included; None where the study file does
            not say. Where looks were planned, of an arm that went on to the last.
        metadata: How the study ran.
        arm: The arm, which may have left the race at an earlier look; "" is one that went on to the last.
    """
    extensions = metadata.extensions
    earlier = max((place for place, each in enumerate(extensions, start=1) if each.trials), default=0)
    if metadata.planned_looks:
        seeds = _planned_looks_made(metadata, arm)
        has_left = bool(arm) and any(look.going_on and arm not in look.going_on for look in metadata.looks)
        for each in () if has_left else extensions[earlier:]:
            seeds.append(seeds[-1] + each.seeds)
        return Looks(num_seeds=tuple(seeds), earlier=earlier, planned=metadata.planned_looks)
    if num_seeds is None:
        return Looks(num_seeds=(1,), earlier=len(extensions))
    seeds = [num_seeds]
    for each in reversed(extensions[earlier:]):
        seeds.insert(0, seeds[0] - each.seeds)
    return Looks(num_seeds=tuple(seeds), earlier=earlier)


def _planned_looks_made(metadata: RunMetadata, arm: str) -> list[int]:
    """Return the seeds at each look up to the last that an arm was in; one that is being made counts."""
    seeds: list[int] = []
    for look in metadata.looks:
        seeds.append(look.num_seeds)
        if arm and arm not in look.going_on:
            return seeds
    under_way = next((each for each in metadata.planned_looks if each not in seeds), None)
    last = metadata.looks[-1] if metadata.looks else None
    return [*seeds, under_way] if under_way is not None and (last is None or last.going_on) else seeds

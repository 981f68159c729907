"""Collecting a study's metadata: versions, machine, when it ran, what the data are, who won."""

import os
import platform
import subprocess
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from analysis.loading.run_metadata import ConfirmedSplit, Extension, Look, RunMetadata, Winner
from study.preparation.normalisations import normalisation_sentences, normalised_by
from study.preparation.planning import device_of, threads_per_trial
from study.preparation.prepare import Prepared
from study.results.test_split_uses import note_use, num_uses
from study.search.ranking import CompletedRun
from study.search.study_plan import StudyPlan
from study.spec.extensions import extended
from study.spec.study_file import StudySpec
from study.tuning.continuing import start_weights
from trainables.objectives import objective_of
from trainables.sharing.versions import version_of

GRID_FRACTIONS = (0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Where the grid of target accuracies lies between chance and the reference arm's level."""

PACKAGES = ("lrstudy", "ray", "torch", "torchvision", "optuna", "mlflow", "pandas", "numpy")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide a result."""
    return {"python": platform.python_version(), **{package: version_of(package) for package in PACKAGES}}


def commit() -> str:
    """Return the commit of the checkout that lrstudy runs from, "-dirty" where it was changed, or "unknown"."""
    here = Path(__file__).resolve().parents[2]
    try:
        top = _git(here, "rev-parse", "--show-toplevel")
        if Path(top) != here:  # installed into an environment that lies in somebody else's checkout
            return "unknown"
        return _git(here, "describe", "--always", "--dirty", "--abbrev=40", "--match=") or "unknown"
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()


def machine(*, num_threads: int, device: str) -> dict[str, Any]:
    """Return the machine settings on which a run's bits depend."""
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "device": device,
        "threads_per_trial": num_threads,
    }


class MetadataFile:
    """The metadata of a study that runs, and their file.

    Attributes:
        now: As they are; they are in the file once they were written.
    """

    def __init__(
        self, prepared: Prepared, path: Path, *, extension: Extension | None = None, profile: bool = False
    ) -> None:
        """Go on from what an earlier driver wrote down, if there is anything; nothing is written yet."""
        self._prepared, self._path = prepared, path
        if path.exists():
            self.now = continued(RunMetadata.read(path))
        else:
            spec = prepared.spec
            threads, device = threads_per_trial(spec), device_of(spec)
            self.now = at_start(prepared, num_threads=threads, device=device, profiled=profile)
        if extension is not None:
            self.now = extended(self.now, extension)

    def write(self) -> None:
        """Write the file."""
        self.now.write(self._path)

    def has_targets(self, plan: StudyPlan) -> bool:
        """Return whether earlier drivers have fixed what the round's confirmation is held against."""
        return plan.round < len(self.now.extensions) or bool(self.now.winners)

    def fix_targets(self, plan: StudyPlan) -> None:
        """Write down winners and targets before anything is confirmed."""
        self.now = before_confirmation(self.now, plan, self._prepared.spec, self._prepared)
        self.write()

    def look_at(self, plan: StudyPlan, num_seeds: int) -> Look | None:
        """Return the look that earlier drivers made at the round that the plan is at, after so many seeds."""
        before = self.now.before
        of_round = before[plan.round] if plan.round < len(before) else self.now
        return next((look for look in of_round.looks if look.num_seeds == num_seeds), None)

    def note_look(self, look: Look) -> None:
        """Write down a look at the confirmation, before anything is trained on its account."""
        self.now = replace(self.now, looks=(*self.now.looks, look))
        self.write()

    def end(self, plan: StudyPlan, *, wall_seconds: float, stopped_early: str | None) -> None:
        """Write down that the study has ended, or why it was stopped."""
        notes = (
            f"arm {name} has only {number} different configurations: fewer trials than the other arms"
            for name, number in plan.exhausted.items()
        )
        self.now = replace(
            self.now,
            ended=datetime.now(UTC).isoformat(),
            wall_seconds=wall_seconds,
            stage_seconds=dict(plan.stage_seconds),
            stopped_early=stopped_early,
            duplicates_skipped=dict(plan.duplicates_skipped),
            data_notes=tuple(dict.fromkeys((*self.now.data_notes, *notes))),
        )
        self.write()


def at_start(prepared: Prepared, *, num_threads: int, device: str, profiled: bool) -> RunMetadata:
    """Return what is known before anything is trained."""
    target = prepared.target
    return RunMetadata(
        study_id=uuid.uuid4().hex,
        started=datetime.now(UTC).isoformat(),
        classes=tuple(target.classes),
        counts={name: tuple(counts) for name, counts in target.counts.items()},
        set_sizes=dict(target.num_images) if target.task == "multi_label" else {},
        data_notes=tuple(prepared.notes),
        data_key=target.key,
        planned_looks=prepared.spec.confirm.planned_looks,
        normalisation=tuple(normalisation_sentences(prepared)),
        normalised_by=normalised_by(prepared),
        start_weights=start_weights(prepared.spec),
        versions=versions(),
        commit=commit(),
        machine=machine(num_threads=num_threads, device=device),
        profiled=profiled,
    )


def continued(metadata: RunMetadata) -> RunMetadata:
    """Return the metadata of a study for the driver that goes on with it, with a note on what changed."""
    then, now = metadata.versions, versions()
    changed = [
        f"{name} {then.get(name)} -> {now[name]}" for name in now if then.get(name, now[name]) != now[name]
    ]
    when = datetime.now(UTC).isoformat()
    note = f"continued on {when[:10]} with other versions ({', '.join(changed)}): runs of before and after may differ"
    return replace(
        metadata,
        ended=None,
        stopped_early=None,
        data_notes=(*metadata.data_notes, *([note] if changed else [])),
        continued=(*metadata.continued, when),
    )


def before_confirmation(
    metadata: RunMetadata, plan: StudyPlan, spec: StudySpec, prepared: Prepared
) -> RunMetadata:
    """Return the metadata with what is fixed before the confirmation, and note that the test split will be measured.

    How often it was measured before leaves out the study's own looks, which its intervals count.
    """
    test_hash = prepared.target.split_hashes["test"]
    hashes = [data.split_hashes["test"] for data in prepared.splits]
    own = sum(bool(each.confirm_seeds) for each in plan.budget.rounds[: plan.round])
    before = max(max(num_uses(prepared.cache, each) for each in hashes) - own, 0)
    for each in hashes if plan.now.confirm_seeds else ():
        note_use(prepared.cache, each, study=spec.name)
    pretraining = [e.outcome.cost_seconds or 0.0 for e in plan.of_stage("pretrain")]
    return replace(
        metadata,
        winners=winners_of(plan),
        target_grid=target_grid(plan, spec.compare.reference, _chance(prepared)),
        test_hash=test_hash,
        splits=splits_of(prepared),
        test_split_uses_before=before,
        pretrain_seconds=sum(pretraining) if pretraining else None,
    )


def splits_of(prepared: Prepared) -> tuple[ConfirmedSplit, ...]:
    """Return the splits of the confirmation, the search's first; none where that is the only one."""
    if len(prepared.splits) == 1:
        return ()
    return tuple(
        ConfirmedSplit(
            data=data.key,
            test_hash=data.split_hashes["test"],
            num_train=data.num_images["train"],
            num_test=data.num_images["test"],
        )
        for data in prepared.splits
    )


def winners_of(plan: StudyPlan) -> dict[str, tuple[Winner, ...]]:
    """Return the configurations that are confirmed, by arm; where an arm has several searches, each says of which."""
    several = plan.budget.repeats > 1
    winners: dict[str, tuple[Winner, ...]] = dict.fromkeys(plan.arms, ())
    for chosen in plan.winners.values():
        for ended, overall in chosen:
            info = ended.job.info
            repeat = info.repeat if several else None
            config = dict(ended.job.config)
            winner = Winner(run=info.run, overall=overall, config=config, repeat=repeat)
            winners[info.arm] = (*winners[info.arm], winner)
    return winners


def target_grid(plan: StudyPlan, reference: str, chance: float) -> tuple[float, ...]:
    """Return the accuracies for which times are reported: on the way from chance to the reference arm's level.

    The level is the mean of the reference winner's selection runs (its search run, where there were none), so
    the grid stands before any confirmation run. Of several searches' winners it is the mean.
    """
    overall = [
        ended
        for winners in plan.winners.values()
        for ended, is_overall in winners
        if is_overall and ended.job.info.arm == reference
    ]
    if not overall:
        return ()
    level = mean(_level(plan, ended) for ended in overall)
    return tuple(round(chance + fraction * (level - chance), 4) for fraction in GRID_FRACTIONS)


def _chance(prepared: Prepared) -> float:
    """Return where the grid begins: what guessing scores, of accuracies one over the classes."""
    target, objective = prepared.target, objective_of(prepared.spec.compare.objective)
    if objective.is_counted:
        return 1 / len(target.classes)
    shares = np.array(target.counts["val"]) / target.num_images["val"]
    return objective.chance(shares, one_class=target.task == "single_label")


def _level(plan: StudyPlan, winner: CompletedRun) -> float:
    info = winner.job.info
    selected = [
        e.outcome.objective
        for e in plan.of_stage("selection", info.arm)
        if e.job.candidate == info.run and e.outcome.objective is not None
    ]
    return mean(selected or [winner.outcome.objective or 0.0])

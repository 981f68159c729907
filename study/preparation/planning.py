"""A prepared study's plan: arms, their searches, what all runs share."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend

from analysis.loading.run_metadata import Extension
from study.preparation.choosing_objective import OF_LABEL_SETS, positive_class
from study.preparation.execution import execution_settings
from study.preparation.prepare import Prepared
from study.preparation.sources import SourceTraining, source_jobs
from study.results.folder import Results
from study.results.places import spec_without_places
from study.search.arm_search import ArmSearch
from study.search.budget import BudgetRound, StudyBudget
from study.search.jobs import Job
from study.search.searches import search_name
from study.search.study_plan import StudyPlan
from study.spec.arms import build_arms
from study.spec.seeds import seed_of_repeat, split_of
from study.spec.study_file import (
    StudySpec,
    confirm_seeds,
    dump_spec,
    extension_seeds,
    search_seed,
    selection_seeds,
)
from trainables.networks.normalisation import DATA, given_normalisation


def make_study_plan(
    prepared: Prepared,
    results: Results,
    *,
    before_confirmation: Callable[[StudyPlan], None],
    after_look: Callable[[StudyPlan, int], Collection[str]],
    seconds: Callable[[], float],
    pretrained: frozenset[str] = frozenset(),
    extensions: Sequence[Extension] = (),
) -> StudyPlan:
    """Return the plan of a prepared study; the arms' Optuna studies are kept in its journal folder.

    They begin anew, also where the study is continued: replayed events fill them again.

    Args:
        prepared: The study.
        results: Its results.
        before_confirmation: See `StudyPlan`.
        after_look: See `StudyPlan`.
        seconds: See `StudyPlan`.
        pretrained: See `source_jobs`.
        extensions: What was added to the study after it had ended.
    """
    spec = prepared.spec
    files, jobs = source_weights(prepared, pretrained)
    results.journal.mkdir(parents=True, exist_ok=True)
    results.optuna.unlink(missing_ok=True)
    storage = JournalStorage(JournalFileBackend(str(results.optuna)))
    common = {
        **machine_settings(prepared),
        "data": prepared.target.key,
        "objective": spec.compare.objective,
        **positive_class(spec, prepared.target),
        "share_prefixes": prefix_group(spec),
    }
    return StudyPlan(
        budget_of(spec, num_architectures=len(prepared.architectures), extensions=extensions),
        make_searches(prepared, storage),
        common=lambda architecture: {
            **common,
            "weights": files.get(architecture, spec.model.weights),
            **execution_settings(spec, architecture),
        },
        sources=jobs,
        confirmed=lambda run, pair: {
            "save_weights": str(results.checkpoints / f"{run}.pt"),
            "data": prepared.splits[split_of(pair, splits=len(prepared.splits)) - 1].key,
        },
        before_confirmation=before_confirmation,
        after_look=after_look,
        seconds=seconds,
    )


def make_searches(prepared: Prepared, storage: BaseStorage) -> dict[str, ArmSearch]:
    """Return the searches of a prepared study by name, in the order in which they alternate: repeat by repeat."""
    spec = prepared.spec
    repeats = spec.search.repeats
    return {
        search_name(arm.name, repeat, repeats=repeats): ArmSearch(
            arm,
            study_name=spec.name,
            algorithm=spec.search.algorithm,
            seed=seed_of_repeat(search_seed(spec), repeat),
            num_trials=spec.budget.trials,
            storage=storage,
            repeat=repeat,
            repeats=repeats,
        )
        for repeat in range(1, repeats + 1)
        for arm in build_arms(spec)
    }


def prefix_group(spec: StudySpec) -> str:
    """Return the name under which a study's search trials share the epochs that they begin alike with."""
    return f"{spec.name}-{hashlib.sha256(dump_spec(spec_without_places(spec)).encode()).hexdigest()[:8]}"


def budget_of(
    spec: StudySpec, *, num_architectures: int, extensions: Sequence[Extension] = ()
) -> StudyBudget:
    """Return what the study file says about how much is trained, and what was added to it."""
    seeds = extension_seeds(spec, extensions)
    return StudyBudget(
        name=spec.name,
        num_trials=spec.budget.trials,
        minutes=spec.budget.minutes,
        search_seed=search_seed(spec),
        top=spec.selection.top,
        selection_seeds=selection_seeds(spec),
        confirm_seeds=confirm_seeds(spec),
        looks=spec.confirm.planned_looks,
        per_architecture=spec.confirm.per_architecture,
        num_architectures=num_architectures,
        repeats=spec.search.repeats,
        extensions=tuple(
            BudgetRound(
                trials=extension.trials,
                confirm_seeds=fresh,
                looks=spec.confirm.planned_looks if extension.trials else (),
            )
            for extension, fresh in zip(extensions, seeds, strict=True)
        ),
    )


def needed_of_cache(prepared: Prepared) -> tuple[Path, ...]:
    """Return what a study needs of the cache for as long as it runs: images and trained source weights."""
    files, _ = source_weights(prepared)
    sources = (*prepared.splits, prepared.source)
    return (*(data.path for data in sources if data is not None), *map(Path, files.values()))


def machine_settings(prepared: Prepared) -> dict[str, Any]:
    """Return what depends on the machine, the same for all runs, pre-training included."""
    spec = prepared.spec
    return {
        "cache": str(prepared.cache),
        "num_threads": threads_per_trial(spec),
        "device": device_of(spec),
        "checkpoint_last": False,
        "checkpoint_seconds": spec.resources.checkpoint_seconds,
    }


def threads_per_trial(spec: StudySpec) -> int:
    """Return the CPU threads of one trial."""
    return max(1, int(spec.resources.cpus))


def device_of(spec: StudySpec) -> str:
    """Return the device that trials train on."""
    return "cuda" if spec.resources.gpus else "cpu"


def source_weights(
    prepared: Prepared, pretrained: frozenset[str] = frozenset()
) -> tuple[Mapping[str, str], tuple[Job, ...]]:
    """Return the weights file of every architecture that starts from the source, and the jobs that make them.

    They are trained once, before the search: of the training's settings that are searched they take the defaults.
    """
    spec = prepared.spec
    if prepared.source is None or spec.model.weights != "source":
        return {}, ()
    own = spec.model.normalisation
    training = SourceTraining(
        study=spec.name,
        data=prepared.source,
        epochs=spec.model.source_epochs,
        lr=spec.model.source_lr,
        common={
            **machine_settings(prepared),
            **spec.training.constants,
            "width": spec.model.width,
            "normalisation": own if given_normalisation(own) else DATA,
            **({"objective": OF_LABEL_SETS} if prepared.source.task == "multi_label" else {}),
        },
    )
    return source_jobs(
        training,
        prepared.architectures,
        seed=search_seed(spec),
        cache=Path(prepared.cache),
        pretrained=pretrained,
    )

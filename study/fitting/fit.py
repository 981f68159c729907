"""A fit: the recommended configuration trained, calibrated, trained again on all there is, measured once."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study.cards.answers import Answers, counted_name
from study.cards.reliability import reliability_of
from study.errors import StudyError
from study.fitting.calibration import Calibration, calibrate, check_wanted
from study.fitting.fitted import Fitted, Measured
from study.fitting.operating_point import Wanted, rates_at
from study.fitting.recommendation import Recommendation
from study.fitting.temperature import tempered
from study.fitting.training import Progress, probabilities_of, train_classifiers
from study.preparation.execution import execution_settings
from study.preparation.planning import machine_settings, source_weights
from study.preparation.prepare import Prepared, prepare_study
from study.results.test_split_uses import note_use, num_uses
from study.spec.arms import representative
from study.spec.study_file import StudySpec
from trainables.data import PreparedData

if TYPE_CHECKING:
    from trainables.calibrated import Calibrated

Say = Callable[[str], None]


def fit_model(
    recommended: Recommendation, *, num_seeds: int, wanted: Wanted | None, folder: Path, say: Say
) -> Fitted:
    """Train and measure the recommended configuration.

    Networks of the same seeds are trained twice: without the validation images, which then choose temperature and
    threshold, and with them. Temperature and threshold are taken over: both were trained alike, one on a part of the
    other's images. Where the recipe ends by validation it needs those images, and the first networks are the final
    ones. The test images are measured once, by the final networks.

    Args:
        recommended: The configuration.
        num_seeds: Networks that answer together.
        wanted: The operating point; None without one.
        folder: Takes the weights.
        say: Takes a line on how far it is.

    Raises:
        StudyError: If something is wrong with data, network or settings, or a run does not finish.
    """
    from trainables.calibrated import Calibrated
    from trainables.data.train_and_val import train_and_val

    begun = time.monotonic()
    prepared = prepare_study(_on_this_machine(recommended.spec))
    if prepared.target.task == "multi_label":
        raise StudyError(
            "data: images have several labels each; fit is for images with one class: take the winner of a study, "
            "whose models lie in its results"
        )
    target = prepared.target
    check_wanted(wanted, target.classes, target.counts)
    for note in (*prepared.spec.warnings, *prepared.notes):
        say(f"note: {note}")
    config = _config(prepared, say)
    whole = target if _ends_by_validation(config, target) else train_and_val(target, cache=prepared.cache)
    parts = {"without validation images": target, "with validation images": whole}
    networks: dict[str, list[Any]] = {}
    progress = Progress(say=say, passes=_passes(config, {d.key: d for d in parts.values()}, num_seeds))
    for what, data in parts.items():
        if data.key not in networks:
            networks[data.key] = train_classifiers(
                config, data, range(num_seeds), folder=folder, what=what, progress=progress
            )
    val = target.split("val")
    held_out = probabilities_of(Calibrated(networks[target.key]), val)
    calibration = calibrate(held_out, val, wanted=wanted, classes=target.classes)
    network = Calibrated(networks[whole.key], temperature=calibration.temperature)
    return Fitted(
        recommended=recommended,
        prepared=prepared,
        trained_on=whole,
        config=config,
        seconds=time.monotonic() - begun,
        calibration=calibration,
        val_objective=_tested(
            tempered(held_out, calibration.temperature), prepared, split="val", by=calibration
        ).value,
        measured=_measure(network, prepared, calibration),
        network=network,
    )


def _on_this_machine(spec: StudySpec) -> StudySpec:
    """Return the study with all of the machine for each run: they are trained one after the other."""
    import torch

    # PyTorch's own number of threads: all cores, or what OMP_NUM_THREADS says
    update = {"cpus": torch.get_num_threads(), "gpus": 1.0 if torch.cuda.is_available() else 0.0}
    return spec.model_copy(update={"resources": spec.resources.model_copy(update=update)})


def _config(prepared: Prepared, say: Say) -> dict[str, Any]:
    """Return the configuration, flat; start weights of a source are trained where the cache has none."""
    from trainables.run import train

    files, jobs = source_weights(prepared)
    for job in jobs:
        say(f"training start weights on the source: {job.info.run}")
        *_, last = train(job.config)
        if last.status != "finished":
            raise StudyError(f"{job.info.run}: pre-training ended as {last.status}")
    arm = prepared.arms[0]
    config = representative(arm, **machine_settings(prepared))
    config |= execution_settings(prepared.spec, config["architecture"])
    config["objective"] = prepared.spec.compare.objective
    config["weights"] = files.get(config["architecture"], config["weights"])
    return {**config, "validate": "judged"}


def _ends_by_validation(config: Mapping[str, Any], data: PreparedData) -> bool:
    """Return whether validation decides when a phase ends, or which of its states is kept."""
    from trainables.config import parse_config
    from trainables.plan.early_stopping import EarlyStopping

    _, phases = parse_config({**config, "data": data.key})
    return any(phase.early_stopping != EarlyStopping() for phase in phases)


def _passes(config: Mapping[str, Any], trained_on: Mapping[str, PreparedData], num_seeds: int) -> int:
    num_images = sum(sum(data.counts["train"]) for data in trained_on.values())
    return num_images * int(config["epochs"]) * num_seeds


def _measure(network: "Calibrated", prepared: Prepared, calibration: Calibration) -> Measured:
    from trainables.calibrated import Calibrated

    target = prepared.target
    split_hash = target.split_hashes["test"]
    times_before = num_uses(prepared.cache, split_hash)
    note_use(prepared.cache, split_hash, study=prepared.spec.name)
    test = target.split("test")
    labels = np.asarray(test.labels)
    plain = probabilities_of(Calibrated(list(network.members)), test)  # type: ignore[arg-type]
    final = probabilities_of(network, test)
    rates = None
    if calibration.wanted is not None and calibration.threshold is not None:
        index = target.classes.index(calibration.wanted.positive)
        rates = rates_at(calibration.threshold, final[:, index], labels == index)
    return Measured(
        tested=_tested(final, prepared, split="test", by=calibration),
        rates=rates,
        reliability=reliability_of(plain, final, labels, split="test"),
        times_before=times_before,
    )


def _tested(probabilities: np.ndarray, prepared: Prepared, *, split: str, by: Calibration) -> Answers:
    images = prepared.target.split(split)
    labels = np.asarray(images.labels)
    return Answers(
        classes=prepared.target.classes,
        labels=labels,
        predicted=by.answered(probabilities, prepared.target.classes),
        true_probability=probabilities[np.arange(len(labels)), labels],
        groups=images.groups,
        objective=counted_name(prepared.spec.compare.objective),
    )

"""The model folder of a fit: networks, description and card."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from study.cards.answers import Answers, Share
from study.cards.card import CardContent
from study.cards.of_model import content_of_model
from study.cards.writing import write_card
from study.fitting.fitted import Fitted
from study.models.describing import preprocessing_of, without_places
from study.models.description import ModelDescription, OperatingPoint
from study.models.licences import weights_licence
from study.models.writing import write_model
from trainables.text import counted


def write_fitted(folder: Path, fitted: Fitted, *, name: str, shown_folder: str) -> tuple[str, ...]:
    """Write the model and its card; return sentences on what is not there, such as ONNX without its packages.

    Args:
        folder: Of the model.
        fitted: What was made.
        name: Of the fit, by which the model is known.
        shown_folder: The results' folder, as it is typed in a command.
    """
    description = describe(fitted, name=name)
    val = fitted.prepared.target.split("val")
    lacking = write_model(folder, fitted.network, description, images=val.images)
    content = _content(fitted, description, shown_folder=shown_folder)
    write_card(folder, content, test_images=fitted.prepared.target.split("test").images)
    return lacking


def describe(fitted: Fitted, *, name: str) -> ModelDescription:
    """Return the description of the networks together."""
    target, config, found = fitted.prepared.target, fitted.config, fitted.calibration
    source = fitted.prepared.spec.data.target
    mean, std = ((values.flatten() / 255).tolist() for values in fitted.network.normalisation)
    point = None
    if found.wanted is not None and found.threshold is not None:
        point = OperatingPoint(
            positive=found.wanted.positive,
            threshold=found.threshold,
            chosen_by=f"{found.wanted.kind} of at least {found.wanted.value:g} on {found.num_images} validation images",
        )
    return ModelDescription(
        classes=target.classes,
        preprocessing=preprocessing_of(target, source),
        mean=tuple(mean),
        std=tuple(std),
        architecture=config["architecture"],
        weights=Path(config["weights"]).name,
        weights_licence=weights_licence(config["weights"], architecture=config["architecture"]),
        data=without_places(source),
        study=fitted.recommended.study,
        arm=fitted.recommended.arm,
        run=name,
        objective=fitted.measured.tested.objective,
        val_objective=fitted.val_objective,
        test_objective=fitted.measured.tested.value,
        temperature=found.temperature,
        operating_point=point,
    )


def _content(fitted: Fitted, description: ModelDescription, *, shown_folder: str) -> CardContent:
    basic = content_of_model(description, data=fitted.prepared.target, config=fitted.config)
    networks = (
        "One network"
        if fitted.num_networks == 1
        else f"{fitted.num_networks} networks, whose probabilities are averaged,"
    )
    splits = "training and validation" if fitted.on_validation_too else "training"
    num_images = sum(fitted.trained_on.counts["train"])
    trained_on = (
        f"{networks} trained on {num_images} images: those of the {splits} split below. The test images were never "
        "trained on.",
    )
    return replace(
        basic,
        trained_on=(*trained_on, *basic.trained_on),
        chosen=(f"The configuration is {fitted.recommended.chosen}.",),
        tested=fitted.measured.tested,
        test_notes=tuple(_test_notes(fitted)),
        calibration=tuple(_calibration(fitted)),
        reliability=fitted.measured.reliability,
        commands=((f"lrstudy predict {shown_folder} IMAGES...", "predicts images"),),
    )


def _test_notes(fitted: Fitted) -> Iterator[str]:
    if fitted.calibration.wanted is not None:
        yield f"The answers are those of the threshold on {fitted.calibration.wanted.positive} below."
    times = fitted.measured.times_before
    if times:
        yield (
            f"These test images had been measured {counted(times, 'time')} before on this machine: what was chosen by "
            "that makes this figure too good."
        )


def _calibration(fitted: Fitted) -> Iterator[str]:
    found = fitted.calibration
    yield (
        f"The probabilities are raised to the power 1 / {found.temperature:.3g} (a temperature) and made to add up to "
        f"1. It was chosen on {found.num_images} validation images, by networks that were not trained on them and "
        "otherwise trained alike."
    )
    if found.wanted is not None and found.threshold is not None and found.reached is not None:
        yield (
            f"{found.wanted.positive} is answered where its probability is at least {found.threshold:.4g}, chosen for "
            f"a {found.wanted.kind} of {found.wanted.value:g}; on the validation images it has a sensitivity of "
            f"{found.reached.sensitivity:.3f} and a specificity of {found.reached.specificity:.3f}."
        )
        yield rates_sentence(fitted.measured.tested, positive=found.wanted.positive)


def rates_sentence(tested: Answers, *, positive: str) -> str:
    """Return what the answers at a threshold between two classes reach on the test images, with intervals."""
    found = dict(tested.recalls())
    (other,) = (name for name in tested.classes if name != positive)
    return f"On the test images: sensitivity {_share(found[positive])}, specificity {_share(found[other])}."


def _share(share: Share) -> str:
    return f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f}; {share.hits} of {share.total})"

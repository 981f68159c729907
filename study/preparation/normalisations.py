"""Normalisation of a study's images, network by network: told before anything is trained, and kept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from study.spec.arms import Arm
from study.spec.sections import StudySpec
from trainables.data import PreparedData
from trainables.recipes import starts_at_random

if TYPE_CHECKING:
    from study.preparation.prepare import Prepared
    from trainables.networks.normalisation import Normalisation


def normalisation_of(
    architecture: str, spec: StudySpec, *, target: PreparedData, source: PreparedData | None, weights: str
) -> "Normalisation":
    """Return what the target's images are normalised by for a network that starts from `weights`.

    Weights that the study trains on the source are known before they are: they have the source's images' own mean and
    deviation, or what is given.

    Raises:
        ValueError: If a weights file can't be read, or numbers that are given don't fit the images' channels.
    """
    from trainables.networks.normalisation import WEIGHTS, Normalisation, for_images
    from trainables.networks.trained_with import normalisation_for

    setting = spec.model.normalisation
    if weights != "source":
        return normalisation_for(setting, weights=weights, architecture=architecture, data=target)
    if setting != WEIGHTS or source is None:
        return normalisation_for(setting, weights="none", architecture=architecture, data=target)
    own = Normalisation(mean=source.mean, std=source.std, origin="the source's training images'")
    return for_images(own, channels=target.channels, architecture=architecture)


def normalisations(prepared: "Prepared") -> dict[str, "Normalisation"]:
    """Return what every network's images are normalised by, in the arms that start from the study's weights."""
    spec = prepared.spec
    return {
        name: normalisation_of(
            name, spec, target=prepared.target, source=prepared.source, weights=spec.model.weights
        )
        for name in prepared.architectures
    }


def normalised_by(prepared: "Prepared") -> dict[str, dict[str, Any]]:
    """Return what images are normalised by in plain types: mean, deviation and origin by network."""
    return {
        name: {"mean": list(each.mean), "std": list(each.std), "origin": each.origin}
        for name, each in normalisations(prepared).items()
    }


def normalisation_sentences(prepared: "Prepared") -> Iterator[str]:
    """Yield what images are normalised by: networks with the same in one sentence, arms from a random start apart."""
    spec = prepared.spec
    found = normalisations(prepared)
    for each in dict.fromkeys(found.values()):
        names = [name for name, other in found.items() if other == each]
        which = f" ({', '.join(names)})" if len(names) < len(found) else ""
        origins = dict.fromkeys(found[name].origin for name in names)
        yield f"Images are normalised by {' and '.join(origins)}{which}: {_numbers(each)}"
    random = [arm for arm in prepared.arms if _starts_otherwise(arm, spec)]
    if random:
        own = normalisation_of(
            prepared.architectures[0], spec, target=prepared.target, source=None, weights="none"
        )
        if any(own != each for each in found.values()):
            names = [arm.name for arm in random]
            yield f"In {', '.join(names)}, which starts at random, by {own.origin}: {_numbers(own)}"


def _starts_otherwise(arm: Arm, spec: StudySpec) -> bool:
    return spec.model.weights != "none" and starts_at_random(arm.recipe)


def _numbers(normalisation: "Normalisation") -> str:
    mean, std = (" ".join(f"{value:.4g}" for value in values) for values in normalisation.values)
    return f"mean {mean}, deviation {std} (pixels from 0 to 1)"

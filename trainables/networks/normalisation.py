"""Normalisation of images: a mean and a deviation of each channel, which belong to the start weights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trainables.errors import Problem, SettingError, refused
from trainables.networks.names import SMALL_RESNET, is_timm

if TYPE_CHECKING:
    from trainables.data import PreparedData

WEIGHTS, DATA = "weights", "data"

LEAST_STD = 1e-6
"""What is divided by less ends beyond the numbers of a network."""

_LONGEST = 1e300
"""Whole numbers beyond can't be shown as fractions."""

ALLOWED = (
    "weights (what the start weights were trained with; the training images' own where they start at random), data "
    "(the training images' own), or mean and std on a scale of 0 to 1, one number or one for each channel"
)


@dataclass(frozen=True, kw_only=True)
class Normalisation:
    """Images are normalised as (pixel - mean) / std.

    Attributes:
        mean: Of each channel, on a scale of 0 to 1; one or three.
        std: Deviation, likewise, above 0.
        origin: Whose they are, in words for the user; two that differ in it alone are equal.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    origin: str = field(default="", compare=False)

    @property
    def values(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Mean and deviation: what keys of caches and identities of runs hold."""
        return self.mean, self.std


def as_setting(mean: Sequence[float], std: Sequence[float]) -> str:
    """Return mean and deviation as the flat configuration has them: "0.485,0.456,0.406/0.229,0.224,0.225".

    Raises:
        ValueError: If they can't normalise images.
    """
    given = checked(Normalisation(mean=tuple(mean), std=tuple(std)))
    return "/".join(",".join(repr(float(value)) for value in values) for values in given.values)


def given_normalisation(setting: str) -> Normalisation | None:
    """Return the mean and the deviation that a setting gives; None for "weights" and "data".

    Raises:
        ValueError: If it is none of these.
    """
    if setting in (WEIGHTS, DATA):
        return None
    mean, _, std = setting.partition("/")
    try:
        values = [tuple(float(number) for number in part.split(",")) for part in (mean, std)]
    except ValueError as error:
        examples = "such as 0.5/0.5 or 0.485,0.456,0.406/0.229,0.224,0.225"
        raise refused("normalisation", setting, "weights, data or MEAN/STD", because=examples) from error
    return checked(Normalisation(mean=values[0], std=values[1], origin="given"))


def own_normalisation(data: "PreparedData", *, why: str = "") -> Normalisation:
    """Return the training images' own mean and deviation; `why` may add to the words of their origin."""
    return Normalisation(mean=data.mean, std=data.std, origin=f"the training images' own{why}")


def for_images(normalisation: Normalisation, *, channels: int, architecture: str) -> Normalisation:
    """Return statistics of weights as they are used on images with another number of channels.

    Grey images run through torchvision's networks three times over, so that each copy is normalised as its channel:
    as those do who convert grey images to RGB. timm's networks and `small_resnet` have a stem for one channel, which
    has the sum of the three kernels: mean and deviation are averaged, as timm's users do, and the result is that of
    three copies wherever the channels' statistics are the same. On RGB images one mean is each channel's.

    Args:
        normalisation: For one channel or three.
        channels: Of the images, 1 or 3.
        architecture: The network's name.
    """
    mean, std = normalisation.values
    if len(mean) == channels:
        return normalisation
    if channels == 3:
        return Normalisation(mean=mean * 3, std=std * 3, origin=normalisation.origin)
    if repeats_grey(architecture):
        return normalisation
    return Normalisation(
        mean=(sum(mean) / 3,), std=(sum(std) / 3,), origin=f"{normalisation.origin}, channels averaged"
    )


def repeats_grey(architecture: str) -> bool:
    """Return whether a network of that name sees grey images as three equal channels."""
    return architecture != SMALL_RESNET and not is_timm(architecture)


def checked(given: Normalisation) -> Normalisation:
    """Return what is given.

    Raises:
        ValueError: If it can't normalise images.
    """
    mean, std = given.values
    if len(mean) != len(std) or len(mean) not in (1, 3):
        raise _unusable(f"{len(mean)} means and {len(std)} deviations", "as many of both, 1 or 3, are")
    if not all(0 <= value <= 1 for value in mean):
        raise _unusable(f"means {_listed(mean)}", "0 to 1 is")
    if not all(LEAST_STD <= value <= 1 for value in std):
        raise _unusable(f"deviations {_listed(std)}", f"{LEAST_STD:g} to 1 is")
    return given


def _unusable(has: str, allowed: str) -> SettingError:
    says = f"normalisation has {has}: {allowed} allowed"
    return SettingError(
        [Problem(field="normalisation", says=says, value=has, allowed=allowed, names_itself=True)]
    )


def _listed(values: Sequence[float]) -> str:
    return ", ".join(
        "a number of many digits" if _LONGEST < abs(value) < math.inf else f"{value:.6g}" for value in values
    )

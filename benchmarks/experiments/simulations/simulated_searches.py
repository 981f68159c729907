"""Simulated arms that the study's own search searches: a response surface over settings, seeds and images that vary.

What a configuration reaches on average over seeds and images is known, so that the truth about two methods is, too: the
difference between the means of what their searches' winners reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from study.ranges import Choice, Range, Space
from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import Arm

TOP, SELECTION_SEEDS, SEEDS = 3, 2, 5
SEED_SD, VALIDATION_SD = 0.010, 0.015
"""Of a run's accuracy over seeds, and of what the validation images add to it."""
IMAGE_SD, ARM_IMAGE_SD = 0.9, 0.3
"""Of the images' difficulty, in scores of a normal distribution, and of what an arm adds to that of each."""

LR = Range(kind="log_uniform", low=1e-4, high=1e-1)
SPACES: Mapping[str, Space] = {
    "adapted": {
        "lr": LR,
        "stem_to_head": Range(kind="log_uniform", low=1e-4, high=1.0),
        "cycle_len": Choice(values=(1, 2)),
        "cycle_mult": Choice(values=(1, 1.5, 2, 3)),
    },
    "fixed": {"lr": LR},
}


@dataclass(frozen=True, kw_only=True)
class Surface:
    """How far settings off the best cost accuracy.

    Attributes:
        steepness: Accuracy lost a squared factor of ten in the rate; the other settings follow it.
        gain: What the best configuration of `adapted` reaches above the best of `fixed`.
    """

    steepness: float
    gain: float


def mean_accuracy(arm: str, config: Mapping[str, Any], surface: Surface) -> float:
    """Return what a configuration reaches on average over seeds and images."""
    off = (np.log10(config["lr"]) - (-1.7 if arm == "adapted" else -2.2)) ** 2
    if arm == "fixed":
        return float(max(0.2, 0.88 - surface.steepness * off))
    off += 0.3 * (np.log10(config["stem_to_head"]) + 1.2) ** 2
    off += 0.25 * (config["cycle_len"] == 2) + 0.3 * abs(config["cycle_mult"] - 2)
    return float(max(0.2, 0.88 + surface.gain - surface.steepness * off))


@dataclass(frozen=True, kw_only=True)
class SimulatedTrial:
    """One trial: its settings, what its search saw of them, and what they give on average."""

    config: Mapping[str, Any]
    value: float
    mean: float


def searched_trials(
    arm: str, surface: Surface, *, num_trials: int, seed: int, generator: np.random.Generator
) -> list[SimulatedTrial]:
    """Return the trials of one search: TPE as a study uses it."""
    space = dict(SPACES[arm])
    recipe = {"adapted": "adaptation", "fixed": "fixed_rate"}[arm]
    search = ArmSearch(
        Arm(name=arm, recipe=recipe, constants={}, space=space),
        study_name="simulated",
        algorithm="tpe",
        seed=seed,
        num_trials=num_trials,
    )
    noise = np.hypot(SEED_SD, VALIDATION_SD)
    found = []
    for _ in range(num_trials):
        asked = search.ask()
        assert asked is not None, "the space is not exhausted"
        number, config = asked
        mean = mean_accuracy(arm, config, surface)
        value = mean + generator.normal(0, noise)
        search.tell(number, Outcome(status="finished", objective=float(value)))
        found.append(SimulatedTrial(config=config, value=float(value), mean=mean))
    return found


def searched_accuracy(
    arm: str, surface: Surface, *, num_trials: int, seed: int, generator: np.random.Generator
) -> float:
    """Return what the winner of one search reaches on average: TPE as a study uses it, then the selection."""
    found = searched_trials(arm, surface, num_trials=num_trials, seed=seed, generator=generator)
    noise = np.hypot(SEED_SD, VALIDATION_SD)
    best = [mean for _, mean in sorted(((each.value, each.mean) for each in found), reverse=True)[:TOP]]
    selected = [mean + generator.normal(0, noise / SELECTION_SEEDS**0.5) for mean in best]
    return best[int(np.argmax(selected))]


def confirmed_differences(
    arm: np.ndarray, reference: np.ndarray, *, num_images: int, generator: np.random.Generator
) -> np.ndarray:
    """Return adapted's minus fixed's correctness on images that all searches of a study share.

    Args:
        arm: Shape (searches,): what each search's winner reaches on average.
        reference: The same of the reference.
        num_images: Test images.
        generator: Of the seeds and the images.

    Returns:
        Shape (searches, SEEDS, num_images).
    """
    shape = (len(arm), SEEDS)
    difficulty = generator.normal(0, IMAGE_SD, num_images)
    shared = generator.normal(0, SEED_SD / 2**0.5, shape)  # batches and head of a pair are the same
    sides = []
    for means in (arm, reference):
        own = generator.normal(0, SEED_SD / 2**0.5, shape)
        level = np.clip(means[:, None] + shared + own, 0.01, 0.99)
        images = difficulty + generator.normal(0, ARM_IMAGE_SD, num_images)
        chance = special.ndtr(_level_of(level)[..., None] + images)
        sides.append(generator.random(chance.shape) < chance)
    return sides[0].astype(float) - sides[1].astype(float)


def _level_of(accuracy: np.ndarray) -> np.ndarray:
    """Return the score at which a run is right on this share of all images of the kind; of the normal model, exact."""
    spread = np.hypot(IMAGE_SD, ARM_IMAGE_SD)
    level: np.ndarray = special.ndtri(accuracy) * np.sqrt(1 + spread**2)
    return level

"""The same seed gives the same configurations, in every version: a study that goes on would be another one else."""

import pytest

from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import build_arms
from study.spec.sections import StudySpec

VALUES = (0.5, 0.7, 0.6, 0.9, 0.8, 0.55, 0.3)
"""What the trials reach, in turn: four drawn at random, and then, for tpe, three that follow from them."""

RANGES = {
    "lr": {"auto_times": [0.1, 10]},
    "stem_to_head": {"log_uniform": [1e-4, 1]},
    "head_epochs": {"int": [0, 4]},
    "cycle_mult": {"choice": [1, 1.5, 2]},
}
CHOICES = {"lr": {"choice": ["auto", 0.1, 0.01]}, "head_epochs": {"int": [1, 2]}}

# As suggested in November 2026, when Ray Tune converted the ranges. TPE begins with draws.
DRAWN = [
    {
        "architecture": "small_resnet",
        "dropout": 0.08218706363955658,
        "lr_times": 0.3379678671123117,
        "stem_to_head": 0.0005985000457559217,
        "head_epochs": 0,
        "cycle_mult": 1.0,
    },
    {
        "architecture": "small_resnet",
        "dropout": 0.4292087738611428,
        "lr_times": 0.6524651915428393,
        "stem_to_head": 0.0005177283440442145,
        "head_epochs": 0,
        "cycle_mult": 1.0,
    },
    {
        "architecture": "resnet18",
        "dropout": 0.21849341071391432,
        "lr_times": 0.3090052514418099,
        "stem_to_head": 0.0016633751500737433,
        "head_epochs": 0,
        "cycle_mult": 1.0,
    },
    {
        "architecture": "resnet18",
        "dropout": 0.40611317576451794,
        "lr_times": 7.735127707985094,
        "stem_to_head": 0.0034559933553454845,
        "head_epochs": 2,
        "cycle_mult": 2.0,
    },
]
SUGGESTED = {
    "tpe": [
        *DRAWN,
        {
            "architecture": "resnet18",
            "dropout": 0.4988760886807095,
            "lr_times": 1.5940919855975093,
            "stem_to_head": 0.0485536800363355,
            "head_epochs": 2,
            "cycle_mult": 2.0,
        },
        {
            "architecture": "resnet18",
            "dropout": 0.19904206778839273,
            "lr_times": 7.992851886389886,
            "stem_to_head": 0.010797523086459315,
            "head_epochs": 2,
            "cycle_mult": 2.0,
        },
        {
            "architecture": "resnet18",
            "dropout": 0.22471566592511316,
            "lr_times": 4.715621107720694,
            "stem_to_head": 0.8806483035404089,
            "head_epochs": 4,
            "cycle_mult": 2.0,
        },
    ],
    "random": DRAWN,
    "quasi_random": [
        {
            "architecture": "small_resnet",
            "dropout": 0.23789586266502738,
            "lr_times": 0.1898076438880883,
            "stem_to_head": 0.0027740074532394596,
            "head_epochs": 2,
            "cycle_mult": 1.0,
        },
        {
            "architecture": "resnet18",
            "dropout": 0.4267054074443877,
            "lr_times": 7.046533068190549,
            "stem_to_head": 0.018224136114431726,
            "head_epochs": 1,
            "cycle_mult": 2.0,
        },
        {
            "architecture": "resnet18",
            "dropout": 0.06646434590220451,
            "lr_times": 0.38735383967670894,
            "stem_to_head": 0.0003831243100722739,
            "head_epochs": 2,
            "cycle_mult": 1.5,
        },
        {
            "architecture": "small_resnet",
            "dropout": 0.2533245226368308,
            "lr_times": 1.080865401939158,
            "stem_to_head": 0.44714065755911236,
            "head_epochs": 3,
            "cycle_mult": 1.5,
        },
    ],
    "grid": [
        {"architecture": "resnet18", "dropout": 0.5, "lr": 0.1, "head_epochs": 2},
        {"architecture": "small_resnet", "dropout": 0.0, "lr": "auto", "head_epochs": 1},
        {"architecture": "small_resnet", "dropout": 0.5, "lr": "auto", "head_epochs": 2},
        {"architecture": "resnet18", "dropout": 0.0, "lr": 0.01, "head_epochs": 2},
    ],
}


def studied(algorithm: str) -> StudySpec:
    grid = algorithm == "grid"
    return StudySpec.model_validate(
        {
            "name": "golden",
            "data": {"target": {"torchvision": "CIFAR10"}},
            "model": {"architecture": {"choice": ["resnet18", "small_resnet"]}},
            "training": {"dropout": {"choice": [0.0, 0.5]} if grid else {"uniform": [0.0, 0.5]}},
            "arms": {"adapted": {"recipe": "adaptation", "search": CHOICES if grid else RANGES}},
            "compare": {"reference": "adapted"},
            "search": {"algorithm": algorithm},
        }
    )


@pytest.mark.parametrize("algorithm", SUGGESTED)
def test_the_suggestions_of_a_seed_are_those_of_earlier_versions(algorithm: str) -> None:
    (arm,) = build_arms(studied(algorithm))
    searching = ArmSearch(arm, study_name="golden", algorithm=algorithm, seed=30_000, num_trials=12)
    for wanted, value in zip(SUGGESTED[algorithm], VALUES, strict=False):
        asked = searching.ask()
        assert asked is not None
        assert list(asked[1]) == list(wanted)
        numbers = {key: v for key, v in wanted.items() if not isinstance(v, str)}
        assert {key: asked[1][key] for key in numbers} == pytest.approx(numbers, rel=1e-12)
        assert {**asked[1], **numbers} == wanted
        assert {key: type(v) for key, v in asked[1].items()} == {key: type(v) for key, v in wanted.items()}
        searching.tell(asked[0], Outcome(status="finished", objective=value))

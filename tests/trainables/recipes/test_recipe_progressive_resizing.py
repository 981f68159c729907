import pytest

from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.schedules import Cosine


def test_half_of_the_epochs_see_small_images() -> None:
    assert plan(recipe="progressive_resizing", lr=0.03, augment="crop") == (
        Phase(
            name="small",
            num_epochs=7,
            lr=0.03,
            schedule=Cosine(cycle_ends=(7,)),
            training=Training(augment="crop", image_scale=0.5),
        ),
        Phase(
            name="full",
            num_epochs=8,
            lr=0.03,
            schedule=Cosine(cycle_ends=(8,)),
            training=Training(augment="crop"),
        ),
    )


def test_the_small_images_side_and_epochs_can_be_set() -> None:
    small, full = plan(recipe="progressive_resizing", small_scale=0.75, small_epochs=14)
    assert (small.num_epochs, small.training.image_scale) == (14, 0.75)
    assert (full.num_epochs, full.training.image_scale) == (1, 1.0)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"small_scale": 1.0}, r"small_scale is 1\.0: below image_scale 1\.0"),
        ({"small_scale": 0.5, "image_scale": 0.5}, r"small_scale is 0\.5: below image_scale 0\.5"),
        ({"small_epochs": 15}, "epochs is 15: 16 or more is allowed, as small_epochs is 15"),
        ({"epochs": 1}, "epochs is 1: 2 or more is allowed, as small_epochs is 1"),
    ],
)
def test_images_that_do_not_grow_are_refused(config: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan(recipe="progressive_resizing", **config)

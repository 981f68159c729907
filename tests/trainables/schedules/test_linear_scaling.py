import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.schedules import scaled_rate


def test_the_rate_grows_with_the_images_of_a_step() -> None:
    assert scaled_rate(0.1, images_per_step=512, reference_batch=256) == pytest.approx(0.2)
    assert scaled_rate(0.1, images_per_step=32, reference_batch=256) == pytest.approx(0.0125)


@given(st.floats(1e-6, 10), st.integers(1, 10_000))
def test_the_rate_is_exactly_its_own_at_the_reference(lr: float, batch: int) -> None:
    assert scaled_rate(lr, images_per_step=batch, reference_batch=batch) == lr


@pytest.mark.parametrize(
    ("lr", "images_per_step", "reference_batch", "message"),
    [
        (0.0, 32, 256, "lr is 0.0: above 0, finite, is allowed"),
        (math.nan, 32, 256, "lr is nan: above 0, finite, is allowed"),
        (math.inf, 32, 256, "lr is inf: above 0, finite, is allowed"),
        (0.1, 0, 256, "images_per_step is 0: at least 1 is allowed"),
        (0.1, 32, -1, "reference_batch is -1: at least 1 is allowed"),
    ],
)
def test_refuses_what_is_not_positive(
    lr: float, images_per_step: int, reference_batch: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        scaled_rate(lr, images_per_step=images_per_step, reference_batch=reference_batch)

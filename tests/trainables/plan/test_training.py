"""Settings of training: what is refused."""

import pytest

from trainables.plan.training import Training


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"momentum": 1.0}, r"momentum is 1\.0: from 0, below 1, is allowed"),
        ({"dropout": -0.1}, r"dropout is -0\.1"),
        ({"label_smoothing": 1.0}, "label_smoothing is"),
        ({"weight_decay": -1.0}, r"weight_decay is -1\.0: at least 0"),
        ({"weight_decay": float("nan")}, "weight_decay is nan"),
        ({"mixup": float("inf")}, "mixup is inf"),
        ({"image_scale": 0.0}, r"image_scale is 0\.0: above 0, up to 1"),
        ({"min_crop_area": 1.1}, "min_crop_area"),
        ({"accumulate": 0}, "accumulate is 0: at least 1"),
        ({"reference_batch": 0}, "reference_batch is 0"),
        ({"clip_norm": 0.0}, "clip_norm is"),
        ({"optimizer": "nag", "momentum": 0.0}, "momentum is 0.0, but optimizer is 'nag'"),
        ({"optimizer": "adamw", "decay": "l2"}, "decoupled: own, decoupled, or optimizer adam, is allowed"),
    ],
)
def test_values_out_of_range_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Training(**values)  # type: ignore[arg-type]


def test_only_adamw_decouples_by_itself() -> None:
    assert Training(optimizer="adamw").decoupled
    assert not Training(optimizer="adam").decoupled
    assert Training(optimizer="momentum", decay="decoupled").decoupled

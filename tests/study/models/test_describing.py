"""What a model's description says of how files are read, and of where it comes from."""

from dataclasses import replace

import pytest

from study.models.describing import preprocessing_of, without_places
from study.models.licences import weights_licence
from tests.support.models.written_model import DIGITS
from trainables.data import DataSource, PreparedData


@pytest.mark.parametrize(
    ("window", "stated", "reads"),
    [
        (None, None, True),
        ((0.0, 4095.0), None, False),
        ((0.0, 4095.0), (0, 4095), True),
        ((0.0, 65535.0), None, True),
    ],
)
def test_images_of_8_bits_are_read_beside_deep_ones_where_training_would(
    digits: PreparedData,
    window: tuple[float, float] | None,
    stated: tuple[float, float] | None,
    reads: bool,
) -> None:
    source = replace(DIGITS, window=stated, background=(1, 2, 3), pages="first")
    found = preprocessing_of(replace(digits, window=window, fit="pad"), source)
    assert (found.window, found.reads_8_bit) == (window, reads)
    assert (found.background, found.pages, found.fit) == ((1, 2, 3), "first", "pad")
    assert (found.image_size, found.channels) == (8, 1)


@pytest.mark.parametrize(
    ("weights", "architecture", "licence"),
    [
        ("none", "resnet18", None),
        ("IMAGENET1K_V1", "resnet18", None),
        ("pretrained", "timm/resnet18.a1_in1k", "apache-2.0"),
        ("IMAGENET1K_SWAG_E2E_V1", "vit_b_16", "https://github.com/facebookresearch/SWAG/blob/main/LICENSE"),
        ("/weights/mine.pt", "timm/resnet18.a1_in1k", None),
    ],
)
def test_licences_are_those_that_libraries_state_and_no_guess(
    weights: str, architecture: str, licence: str | None
) -> None:
    assert weights_licence(weights, architecture=architecture) == licence


def test_a_model_tells_nobody_where_its_images_lay() -> None:
    source = DataSource(folder="/home/me/secret/lesions", image_size=64)
    assert without_places(source) == {"folder": "lesions", "image_size": 64}

import itertools
import math

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from tests.support.plain_images import noisy
from trainables.inputs.colour import RGB_TO_YIQ, ColourMaps, colour_matrices, draw_colour_matrices

LUMA = torch.tensor(RGB_TO_YIQ[0], dtype=torch.float64)
FACTORS = st.floats(0, 2)
ANGLES = st.floats(-math.pi, math.pi)
PIXELS = st.lists(st.floats(0, 255), min_size=3, max_size=3)


def matrix(brightness: float = 1, saturation: float = 1, hue: float = 0) -> Tensor:
    values = (torch.tensor([value], dtype=torch.float64) for value in (brightness, saturation, hue))
    return colour_matrices(*values)[0]


def vector(values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_factors_of_1_and_an_angle_of_0_change_nothing() -> None:
    assert torch.allclose(matrix(), torch.eye(3, dtype=torch.float64), atol=1e-12)


def test_brightness_scales_every_channel() -> None:
    assert torch.allclose(matrix(brightness=0.5), 0.5 * torch.eye(3, dtype=torch.float64), atol=1e-12)


def test_saturation_worked_by_hand() -> None:
    # luma of (100, 200, 50): 29.9 + 117.4 + 5.7 = 153; half-way to it, and twice as far from it
    pixel = vector([100, 200, 50])
    assert torch.allclose(matrix(saturation=0.5) @ pixel, vector([126.5, 176.5, 101.5]))
    assert torch.allclose(matrix(saturation=2) @ pixel, vector([47, 247, -53]))
    assert torch.allclose(matrix(saturation=0) @ pixel, vector([153, 153, 153]))


def test_saturation_is_what_torchvision_does() -> None:
    image = noisy(1, 6, 3).images[0].permute(2, 0, 1)
    theirs = F.adjust_saturation(image.double() / 255, 0.3) * 255
    ours = torch.einsum("ij,jhw->ihw", matrix(saturation=0.3), image.double())
    assert torch.allclose(ours, theirs, atol=0.05)  # its luma has 0.2989 where ours has 0.299


@given(PIXELS, ANGLES)
def test_turning_the_hue_keeps_luma(pixel: list[float], angle: float) -> None:
    turned = matrix(hue=angle) @ vector(pixel)
    assert math.isclose(float(LUMA @ turned), float(LUMA @ vector(pixel)), abs_tol=1e-9)


@given(PIXELS, ANGLES, ANGLES)
def test_turns_add_up(pixel: list[float], first: float, second: float) -> None:
    both = matrix(hue=second) @ matrix(hue=first) @ vector(pixel)
    assert torch.allclose(both, matrix(hue=first + second) @ vector(pixel), atol=1e-8)


def test_half_a_circle_gives_the_opposite_colour() -> None:
    pixel = vector([200, 50, 80])
    grey = LUMA @ pixel
    assert torch.allclose(matrix(hue=math.pi) @ pixel, 2 * grey - pixel, atol=1e-9)


def test_a_positive_turn_leads_from_the_first_chroma_to_the_second() -> None:
    to_yiq = torch.tensor(RGB_TO_YIQ, dtype=torch.float64)
    turned = to_yiq @ matrix(hue=math.pi / 2) @ torch.linalg.inv(to_yiq) @ vector([50, 10, 0])
    assert torch.allclose(turned, vector([50, 0, 10]), atol=1e-9)


@given(FACTORS, FACTORS, ANGLES, st.floats(0, 255))
def test_grey_stays_grey(brightness: float, saturation: float, hue: float, level: float) -> None:
    grey = matrix(brightness, saturation, hue) @ vector([level] * 3)
    assert torch.allclose(grey, vector([brightness * level] * 3), atol=1e-9)


@given(PIXELS, FACTORS, FACTORS, ANGLES)
def test_the_three_changes_together_are_one_after_the_other_in_any_order(
    pixel: list[float], brightness: float, saturation: float, hue: float
) -> None:
    together = matrix(brightness, saturation, hue) @ vector(pixel)
    steps = [matrix(brightness=brightness), matrix(saturation=saturation), matrix(hue=hue)]
    for first, second, third in itertools.permutations(steps):
        assert torch.allclose(third @ (second @ (first @ vector(pixel))), together, atol=1e-8)


def test_maps_multiply_and_add_and_clip_at_the_end_each_image_its_own() -> None:
    maps = ColourMaps(
        matrix=torch.stack(
            (torch.eye(3), 2 * torch.eye(3), torch.tensor([[0, 1, 0], [0, 0, 1], [1, 0, 0.0]]))
        ),
        offset=torch.tensor([[10, 0, -30], [0, 0, 0], [0, 0, 0.0]]),
    )
    pixels = torch.tensor([100, 150, 20.0]).expand(3, 1, 1, 3)
    changed = maps.apply(pixels, torch.tensor([2, 0, 1]))[:, 0, 0]
    assert changed.tolist() == [[150, 20, 100], [110, 150, 0], [200, 255, 40]]


def test_values_stay_in_range_and_mixed_precision_keeps_away() -> None:
    pixels = noisy(50, 6, 3).images.float()
    draws = torch.Generator().manual_seed(0)
    matrices = draw_colour_matrices(50, 3, colour=0.9, draws=draws).float()
    maps = ColourMaps(matrix=matrices, offset=torch.zeros(50, 3))
    plain = maps.apply(pixels, torch.arange(50))
    assert float(plain.min()) == 0
    assert float(plain.max()) == 255
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(maps.apply(pixels, torch.arange(50)), plain)


def test_drawn_factors_and_angles_fill_their_ranges() -> None:
    # what a matrix does to luma is its brightness; what its chroma plane does is brightness, saturation and turn
    drawn = draw_colour_matrices(2000, 3, colour=0.4, draws=torch.Generator().manual_seed(0))
    to_yiq = torch.tensor(RGB_TO_YIQ, dtype=torch.float64)
    in_yiq = to_yiq @ drawn @ torch.linalg.inv(to_yiq)
    brightness = in_yiq[:, 0, 0]
    saturation = torch.linalg.det(in_yiq[:, 1:, 1:]).sqrt() / brightness
    hue = torch.atan2(in_yiq[:, 2, 1], in_yiq[:, 1, 1])
    for values, low, high in (
        (brightness, 0.6, 1.4),
        (saturation, 0.6, 1.4),
        (hue, -0.4 * math.pi, 0.4 * math.pi),
    ):
        width = high - low
        assert low <= float(values.min()) < low + 0.01 * width
        assert high - 0.01 * width < float(values.max()) <= high
        assert abs(float(values.mean()) - (low + high) / 2) < 0.02 * width
    assert (
        float(torch.corrcoef(torch.stack((brightness, saturation, hue))).fill_diagonal_(0).abs().max()) < 0.1
    )


def test_grey_images_are_drawn_the_same_brightness_as_colour_images() -> None:
    grey, colour = (
        draw_colour_matrices(5, c, colour=0.4, draws=torch.Generator().manual_seed(1)) for c in (1, 3)
    )
    assert grey.shape == (5, 1, 1)
    assert torch.allclose(grey[:, 0, 0], LUMA @ colour @ torch.ones(3, dtype=torch.float64))

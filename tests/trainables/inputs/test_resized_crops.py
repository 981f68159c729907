import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms.v2 import functional as F

from tests.support.plain_images import counting, noisy
from trainables.inputs.resized_crops import ResizedCrops, draw_boxes


def boxes(*places: tuple[int, int, int, int], mirrored: bool = False) -> ResizedCrops:
    """Boxes of (top, left, height, width)."""
    top, left, height, width = torch.tensor(places).T
    flags = torch.full((len(places),), mirrored)
    return ResizedCrops(top=top, left=left, height=height, width=width, mirrored=flags)


def drawn(num: int, side: int, min_area: float) -> list[list[int]]:
    """Tops, lefts, heights and widths."""
    found = draw_boxes(num, side, min_area=min_area, draws=torch.Generator().manual_seed(0))
    return [values.tolist() for values in found]


def test_boxes_are_resized_as_torchvision_does_it() -> None:
    images = noisy(5, 16, 3).images
    places = [(0, 0, 16, 16), (3, 5, 7, 9), (10, 0, 6, 4), (15, 15, 1, 1), (2, 3, 13, 12)]
    cut = boxes(*places).cut(images, torch.arange(5))
    for i, (top, left, height, width) in enumerate(places):
        image = images[i].permute(2, 0, 1).float()
        theirs = F.resized_crop(image, top, left, height, width, [16, 16], antialias=False)
        assert torch.allclose(cut[i].permute(2, 0, 1), theirs, atol=0.01)
        antialiased = F.resized_crop(image, top, left, height, width, [16, 16], antialias=True)
        assert torch.allclose(cut[i].permute(2, 0, 1), antialiased, atol=0.01)


def test_a_box_of_two_columns_worked_by_hand() -> None:
    # columns 1 and 2 of rows 0, 1, 2, 3 stretched to 4: places -0.25, 0.25, 0.75, 1.25 between them, clamped
    images = counting(1, 4).images
    cut = boxes((0, 1, 4, 2)).cut(images, torch.tensor([0]))[0, :, :, 0]
    assert torch.allclose(cut[0], torch.tensor([1.0, 1.25, 1.75, 2.0]), atol=1e-4)
    assert torch.allclose(cut[3], torch.tensor([13.0, 13.25, 13.75, 14.0]), atol=1e-4)
    mirrored = boxes((0, 1, 4, 2), mirrored=True).cut(images, torch.tensor([0]))[0, :, :, 0]
    assert torch.allclose(mirrored, cut.flip(1), atol=1e-4)


@given(st.integers(2, 24), st.integers(0, 1000))
def test_the_whole_image_is_itself_and_mirroring_twice_changes_nothing(side: int, seed: int) -> None:
    images, first = noisy(1, side, 3, seed=seed).images, torch.tensor([0])
    whole = (0, 0, side, side)
    assert torch.allclose(boxes(whole).cut(images, first), images.float(), atol=0.01)
    once = boxes(whole, mirrored=True).cut(images, first)
    twice = boxes(whole, mirrored=True).cut(once.round().to(torch.uint8), first)
    assert torch.allclose(twice, images.float(), atol=0.01)


def test_each_image_has_its_own_box() -> None:
    images = noisy(3, 8, 3).images
    places = [(0, 0, 4, 4), (4, 1, 3, 5), (2, 2, 6, 6)]
    cut = boxes(*places).cut(images, torch.tensor([2, 0, 1]))
    for place, image in enumerate((2, 0, 1)):
        alone = boxes(places[image]).cut(images[image : image + 1], torch.tensor([0]))
        assert torch.allclose(cut[place], alone[0], atol=1e-3)


@given(st.integers(1, 64), st.floats(0.001, 1), st.integers(0, 100))
def test_boxes_lie_within_the_image(side: int, min_area: float, seed: int) -> None:
    draws = torch.Generator().manual_seed(seed)
    top, left, height, width = draw_boxes(50, side, min_area=min_area, draws=draws)
    for start, length in ((top, height), (left, width)):
        assert int(start.min()) >= 0
        assert int(length.min()) >= 1
        assert int((start + length).max()) <= side


def test_areas_are_uniform_from_the_least_and_aspects_from_3_4_to_4_3() -> None:
    # at a side of 400 rounding is small; boxes that do not fit are those of area above 3/4, so look below
    _, _, heights, widths = drawn(20_000, 400, 0.2)
    areas = torch.tensor([h * w / 400**2 for h, w in zip(heights, widths, strict=True)])
    logs = torch.tensor([math.log(w / h) for h, w in zip(heights, widths, strict=True)])
    assert 0.19 < float(areas.min()) < 0.21
    low, high = int((areas < 0.4).sum()), int(((areas >= 0.4) & (areas < 0.6)).sum())
    assert abs(low / high - 1) < 0.05
    few = logs[areas < 0.7]
    assert math.log(4 / 3) - 0.02 < float(few.max()) < math.log(4 / 3) + 0.02
    assert -math.log(4 / 3) - 0.02 < float(few.min()) < -math.log(4 / 3) + 0.02
    assert abs(float(few.mean())) < 0.005
    assert float(few.std()) == pytest.approx(2 * math.log(4 / 3) / math.sqrt(12), rel=0.02)


def test_boxes_lie_everywhere() -> None:
    tops, lefts, heights, widths = drawn(5_000, 32, 0.08)
    for starts, lengths in ((tops, heights), (lefts, widths)):
        shares = [s / (32 - n) for s, n in zip(starts, lengths, strict=True) if n < 24]
        assert min(shares) == 0
        assert max(shares) == 1
        assert sum(shares) / len(shares) == pytest.approx(0.5, abs=0.02)


def test_where_no_try_fits_the_whole_image_is_taken() -> None:
    # of area 1 a box fits only where its aspect rounds to 1
    tops, lefts, heights, widths = drawn(200, 500, 1.0)
    assert set(tops) == set(lefts) == {0}
    assert set(heights) == set(widths) == {500}

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plain_images import counting, noisy
from trainables.inputs.shifted_crops import ShiftedCrops, draw_shifted_crops

FIRST = torch.tensor([0])


def shifted(y: int, x: int, mirrored: bool) -> ShiftedCrops:
    return ShiftedCrops(
        shift_y=torch.tensor([y]), shift_x=torch.tensor([x]), mirrored=torch.tensor([mirrored])
    )


def test_an_unshifted_image_is_itself_and_a_mirrored_one_is_flipped() -> None:
    images = counting(1, 4).images
    assert torch.equal(shifted(0, 0, False).cut(images, FIRST), images)
    assert torch.equal(shifted(0, 0, True).cut(images, FIRST), images.flip(2))


def test_a_shifted_image_is_the_crop_of_its_reflection() -> None:
    images = counting(1, 4).images
    padded = np.pad(images[0, :, :, 0].numpy(), 2, mode="reflect")
    for y in (-2, -1, 0, 1, 2):
        for x in (-2, 0, 1):
            ours = shifted(y, x, False).cut(images, FIRST)[0, :, :, 0].numpy()
            assert (ours == padded[2 + y : 6 + y, 2 + x : 6 + x]).all()


@given(st.integers(2, 9), st.integers(0, 1000))
def test_mirroring_twice_changes_nothing(size: int, seed: int) -> None:
    images, mirror = noisy(1, size, 3, seed=seed).images, shifted(0, 0, True)
    assert torch.equal(mirror.cut(mirror.cut(images, FIRST), FIRST), images)


def test_each_image_has_its_own_crop_and_flip() -> None:
    images = counting(3, 4).images
    crops = ShiftedCrops(
        shift_y=torch.tensor([0, 1, -1]),
        shift_x=torch.tensor([1, 0, 0]),
        mirrored=torch.tensor([False, True, False]),
    )
    cut = crops.cut(images, torch.tensor([2, 0, 1]))
    for place, (image, alone) in enumerate(
        [(2, shifted(-1, 0, False)), (0, shifted(0, 1, False)), (1, shifted(1, 0, True))]
    ):
        assert torch.equal(cut[place : place + 1], alone.cut(images[image : image + 1], FIRST))


def test_draws_reach_an_eighth_of_the_side_and_mirror_half() -> None:
    def draw(side: int, *, crop: bool, flip: bool) -> ShiftedCrops:
        draws = torch.Generator().manual_seed(0)
        return draw_shifted_crops(500, side, crop=crop, flip=flip, draws=draws)

    flips, crops, small = (
        draw(32, crop=False, flip=True),
        draw(32, crop=True, flip=False),
        draw(5, crop=True, flip=True),
    )
    assert int(flips.shift_x.abs().max()) == 0
    assert 200 < int(flips.mirrored.sum()) < 300
    assert not crops.mirrored.any()
    assert sorted(crops.shift_x.unique().tolist()) == list(range(-4, 5))
    assert sorted(crops.shift_y.unique().tolist()) == list(range(-4, 5))
    assert sorted(small.shift_y.unique().tolist()) == [-1, 0, 1]

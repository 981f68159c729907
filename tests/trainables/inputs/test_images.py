import numpy as np
import pytest
import torch
from PIL import Image

from tests.support.plain_images import noisy, plain
from trainables.inputs import images as module
from trainables.inputs.images import resized


def test_the_own_side_returns_the_split_itself() -> None:
    data = noisy(3, 8, 3)
    assert resized(data, 8) is data


def test_halves_worked_by_hand() -> None:
    # antialiased at half the side a triangle of 4 pixels weighs 1 3 3 1; at the edge the 1 outside is left out
    image = (
        torch.tensor([0, 80, 160, 240], dtype=torch.uint8).view(1, 1, 4, 1).expand(1, 4, 4, 1).contiguous()
    )
    left = (3 * 0 + 3 * 80 + 1 * 160) / 7
    right = (1 * 80 + 3 * 160 + 3 * 240) / 7
    row = resized(plain(image), 2).images[0, 0, :, 0].tolist()
    assert row == [round(left), round(right)]


@pytest.mark.parametrize("side", [1, 5, 16, 31])
def test_images_are_those_that_pillow_resizes(side: int) -> None:
    data = noisy(4, 16, 3)
    ours = resized(data, side)
    assert ours.images.shape == (4, side, side, 3)
    assert ours.images.dtype == torch.uint8
    assert ours.images.is_contiguous()
    for image, small in zip(data.images.numpy(), ours.images.numpy(), strict=True):
        theirs = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))
        assert np.abs(small.astype(int) - theirs.astype(int)).max() <= 1


def test_all_but_the_images_stays() -> None:
    data = noisy(4, 16, 3)
    small = resized(data, 8)
    assert small.labels is data.labels
    assert small.mean is data.mean
    assert small.std is data.std
    assert torch.equal(small.principal_colours(), data.principal_colours())


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    data = noisy(11, 16, 1)
    whole = resized(data, 6).images
    monkeypatch.setattr(module, "RESIZE_CHUNK", 4)
    assert torch.equal(resized(data, 6).images, whole)


def test_a_side_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="side is 0: 1 or more is allowed"):
        resized(noisy(1, 8, 3), 0)

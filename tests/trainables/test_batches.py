from dataclasses import replace

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainables.batches import (
    Augmentation,
    ImageTensors,
    draw_augmentation,
    epoch_order,
    image_batch,
)
from trainables.data import PreparedData


def counting_images(num: int, size: int) -> ImageTensors:
    """Images whose pixel at row y, column x of image i is i * size * size + y * size + x, not normalised."""
    pixels = torch.arange(num * size * size, dtype=torch.uint8).view(num, size, size, 1)
    return ImageTensors(
        images=pixels,
        labels=torch.zeros(num, dtype=torch.int64),
        mean=torch.zeros(1, 1, 1),
        std=torch.ones(1, 1, 1),
    )


def shifted(y: int, x: int, mirrored: bool) -> Augmentation:
    return Augmentation(
        shift_y=torch.tensor([y]), shift_x=torch.tensor([x]), mirrored=torch.tensor([mirrored])
    )


def test_an_unshifted_image_is_itself_and_a_mirrored_one_is_flipped() -> None:
    data, first = counting_images(1, 4), torch.tensor([0])
    plain = image_batch(data, first)[0, 0]
    assert torch.equal(image_batch(data, first, shifted(0, 0, False))[0, 0], plain)
    assert torch.equal(image_batch(data, first, shifted(0, 0, True))[0, 0], plain.flip(1))


def test_a_shifted_image_is_the_crop_of_its_reflection() -> None:
    data = counting_images(1, 4)
    padded = np.pad(data.images[0, :, :, 0].numpy(), 2, mode="reflect")
    for y in (-2, -1, 0, 1, 2):
        for x in (-2, 0, 1):
            ours = image_batch(data, torch.tensor([0]), shifted(y, x, False))[0, 0].numpy()
            assert (ours == padded[2 + y : 6 + y, 2 + x : 6 + x]).all()


def test_each_image_has_its_own_crop_and_flip() -> None:
    data = counting_images(3, 4)
    draws = Augmentation(
        shift_y=torch.tensor([0, 1, -1]),
        shift_x=torch.tensor([1, 0, 0]),
        mirrored=torch.tensor([False, True, False]),
    )
    batch = image_batch(data, torch.tensor([2, 0, 1]), draws)
    for place, image in enumerate((2, 0, 1)):
        alone = image_batch(
            data,
            torch.tensor([image]),
            Augmentation(**{k: v.expand(3) for k, v in _one(draws, image).items()}),
        )
        assert torch.equal(batch[place], alone[0])


def _one(draws: Augmentation, image: int) -> dict[str, torch.Tensor]:
    return {name: getattr(draws, name)[image : image + 1] for name in ("shift_y", "shift_x", "mirrored")}


def test_training_images_are_normalised_to_mean_0_and_std_1(digits: PreparedData) -> None:
    from trainables.batches import to_tensors

    data = to_tensors(digits.split("train"), digits, torch.device("cpu"))
    everything = image_batch(data, torch.arange(len(data)))
    assert abs(float(everything.mean())) < 1e-4
    assert abs(float(everything.std()) - 1) < 1e-3


@given(st.integers(1, 200), st.integers(2, 64), st.integers(0, 5), st.integers(0, 5))
def test_an_epoch_has_every_image_once_and_no_batch_of_one(
    num_images: int, batch_size: int, seed: int, epoch: int
) -> None:
    order = epoch_order(num_images, batch_size=batch_size, seed=seed, epoch=epoch)
    assert sorted(torch.cat(order).tolist()) == list(range(num_images))
    assert num_images == 1 or all(len(batch) > 1 for batch in order)


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first = epoch_order(50, batch_size=8, seed=1, epoch=2)
    torch.rand(100)
    again = epoch_order(50, batch_size=8, seed=1, epoch=2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(torch.cat(first), torch.cat(epoch_order(50, batch_size=8, seed=1, epoch=3)))
    assert not torch.equal(torch.cat(first), torch.cat(epoch_order(50, batch_size=8, seed=2, epoch=2)))


def test_settings_of_augmentation_do_what_they_say() -> None:
    def draw(augment: str) -> Augmentation | None:
        images = torch.zeros(200, 32, 32, 1, dtype=torch.uint8)
        data = replace(counting_images(1, 4), images=images, labels=torch.zeros(200, dtype=torch.int64))
        return draw_augmentation(data, augment=augment, seed=0, epoch=0)  # type: ignore[arg-type]

    assert draw("none") is None
    flip, crop, both = draw("flip"), draw("crop"), draw("crop_flip")
    assert flip is not None
    assert crop is not None
    assert both is not None
    assert int(flip.shift_x.abs().max()) == 0
    assert 50 < int(flip.mirrored.sum()) < 150
    assert not crop.mirrored.any()
    assert int(crop.shift_x.max()) == 4
    assert int(crop.shift_y.min()) == -4
    assert both.mirrored.any()
    assert int(both.shift_y.max()) == 4

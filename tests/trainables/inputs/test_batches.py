import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plain_images import noisy
from trainables.data import PreparedData
from trainables.inputs.augmentation import draw_augmentation
from trainables.inputs.batches import epoch_order, image_batch, in_batches
from trainables.inputs.images import to_tensors
from trainables.plan.training import Augment, Training


def test_training_images_are_normalised_to_mean_0_and_std_1(digits: PreparedData) -> None:
    data = to_tensors(digits.split("train"), digits, torch.device("cpu"))
    everything = image_batch(data, torch.arange(len(data)))
    assert abs(float(everything.mean())) < 1e-4
    assert abs(float(everything.std()) - 1) < 1e-3


@pytest.mark.parametrize("augment", ["none", "crop", "resized_crop"])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_batch_lies_in_memory_as_it_was_asked_to(augment: Augment, channels: int) -> None:
    """Grey images, too, so that a convolution's output has the format of its input."""
    data = noisy(6, 8, channels)
    convolution = torch.nn.Conv2d(channels, 4, 3)
    draws = draw_augmentation(data, training=Training(augment=augment), seed=0, epoch=0)
    for wanted in (torch.contiguous_format, torch.channels_last):
        batch = image_batch(data, torch.tensor([4, 1, 1]), draws, memory_format=wanted)
        assert batch.shape == (3, channels, 8, 8)
        assert batch.dtype == torch.float32
        assert convolution(batch).is_contiguous(memory_format=wanted)


def test_a_batch_leaves_the_split_as_it_was() -> None:
    data = noisy(4, 8, 3)
    before = data.images.clone()
    training = Training(augment="resized_crop_flip", colour=0.4, pca_noise=0.1)
    image_batch(data, torch.arange(4), draw_augmentation(data, training=training, seed=0, epoch=0))
    assert torch.equal(data.images, before)


@given(st.integers(2, 200), st.integers(2, 300), st.integers(0, 5), st.integers(0, 5))
def test_an_epoch_has_every_image_once_and_no_batch_of_one(
    num_images: int, batch_size: int, seed: int, epoch: int
) -> None:
    order = epoch_order(num_images, batch_size=batch_size, seed=seed, epoch=epoch)
    assert sorted(torch.cat(order).tolist()) == list(range(num_images))
    assert all(2 <= len(batch) <= batch_size + 1 for batch in order)


def test_batches_of_a_hand_worked_order() -> None:
    def cut(num: int, batch_size: int) -> list[list[int]]:
        return [batch.tolist() for batch in in_batches(torch.arange(num), batch_size)]

    assert cut(6, 4) == [[0, 1, 2, 3], [4, 5]]
    assert cut(5, 4) == [[0, 1, 2, 3, 4]]
    assert cut(5, 2) == [[0, 1], [2, 3, 4]]
    assert cut(2, 32) == [[0, 1]]


def test_one_image_or_batches_of_one_are_refused() -> None:
    with pytest.raises(ValueError, match="num_images is 1: 2 or more is allowed"):
        epoch_order(1, batch_size=32, seed=0, epoch=0)
    with pytest.raises(ValueError, match="num_images is 0"):
        epoch_order(0, batch_size=32, seed=0, epoch=0)
    with pytest.raises(ValueError, match="batch_size is 1: 2 or more is allowed"):
        epoch_order(10, batch_size=1, seed=0, epoch=0)


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first = epoch_order(50, batch_size=8, seed=1, epoch=2)
    torch.rand(100)
    again = epoch_order(50, batch_size=8, seed=1, epoch=2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(torch.cat(first), torch.cat(epoch_order(50, batch_size=8, seed=1, epoch=3)))
    assert not torch.equal(torch.cat(first), torch.cat(epoch_order(50, batch_size=8, seed=2, epoch=2)))

import pytest
import torch

from tests.support.plain_images import counting, noisy, plain
from trainables.data import PreparedData
from trainables.generators import generator_for
from trainables.inputs.augmentation import Augmentation, draw_augmentation
from trainables.inputs.batches import image_batch
from trainables.inputs.colour import ColourMaps
from trainables.inputs.images import ImageTensors, to_tensors
from trainables.inputs.resized_crops import ResizedCrops
from trainables.inputs.shifted_crops import ShiftedCrops
from trainables.plan.training import Augment, Training

EVERYTHING = Training(augment="resized_crop_flip", colour=0.4, pca_noise=0.1)


def draw(data: ImageTensors, training: Training, *, seed: int = 0, epoch: int = 0) -> Augmentation:
    found = draw_augmentation(data, training=training, seed=seed, epoch=epoch)
    assert found is not None
    return found


def crops_of(augmentation: Augmentation) -> ShiftedCrops:
    assert isinstance(augmentation.crops, ShiftedCrops)
    return augmentation.crops


def colours_of(augmentation: Augmentation) -> ColourMaps:
    assert augmentation.colours is not None
    return augmentation.colours


def test_nothing_is_drawn_where_nothing_is_augmented() -> None:
    assert draw_augmentation(noisy(4, 8, 3), training=Training(augment="none"), seed=0, epoch=0) is None


@pytest.mark.parametrize(
    ("augment", "reach", "share"), [("flip", 0, 0.5), ("crop", 4, 0.0), ("crop_flip", 4, 0.5)]
)
def test_shifts_and_flips_come_from_a_stream_that_never_changes(
    augment: Augment, reach: int, share: float
) -> None:
    draws = generator_for(3, "augment", 7)
    shift_y, shift_x = torch.randint(-reach, reach + 1, (2, 100), generator=draws)
    mirrored = torch.rand(100, generator=draws) < share
    found = crops_of(draw(noisy(100, 32, 3), Training(augment=augment), seed=3, epoch=7))
    assert torch.equal(found.shift_y, shift_y)
    assert torch.equal(found.shift_x, shift_x)
    assert torch.equal(found.mirrored, mirrored)


def test_only_flipped_boxes_are_mirrored() -> None:
    data = noisy(100, 8, 3)
    plain, flipped = (draw(data, Training(augment=a)) for a in ("resized_crop", "resized_crop_flip"))
    assert isinstance(plain.crops, ResizedCrops)
    assert isinstance(flipped.crops, ResizedCrops)
    assert not plain.crops.mirrored.any()
    assert 25 < int(flipped.crops.mirrored.sum()) < 75
    assert torch.equal(plain.crops.width, flipped.crops.width)


def test_the_least_area_of_a_box_is_the_setting() -> None:
    data = noisy(200, 100, 1)
    for least in (0.08, 0.5):
        crops = draw(data, Training(augment="resized_crop", min_crop_area=least)).crops
        assert isinstance(crops, ResizedCrops)
        assert least - 0.02 < float((crops.height * crops.width).min()) / 100**2 < least + 0.05


def test_switching_one_change_on_moves_no_other() -> None:
    data = noisy(20, 8, 3)
    alone = draw(data, Training(augment="crop_flip"))
    beside = draw(data, Training(augment="crop_flip", colour=0.3, pca_noise=0.1))
    assert torch.equal(crops_of(alone).shift_x, crops_of(beside).shift_x)
    colour = colours_of(draw(data, Training(augment="none", colour=0.3)))
    assert torch.equal(colour.matrix, colours_of(beside).matrix)
    noise = colours_of(draw(data, Training(augment="none", pca_noise=0.1)))
    assert torch.equal(noise.offset, colours_of(beside).offset)
    assert not colour.offset.any()
    assert torch.equal(noise.matrix, torch.eye(3).expand(20, 3, 3))


@pytest.mark.parametrize(
    "training",
    [
        Training(augment="crop_flip"),
        Training(augment="resized_crop"),
        Training(augment="none", colour=0.4),
        Training(augment="none", pca_noise=0.1),
    ],
)
def test_draws_depend_on_seed_and_epoch_alone(training: Training) -> None:
    data, index = noisy(12, 16, 3), torch.arange(12)
    first = image_batch(data, index, draw(data, training, seed=1, epoch=2))
    torch.rand(50)
    assert torch.equal(first, image_batch(data, index, draw(data, training, seed=1, epoch=2)))
    for seed, epoch in ((2, 2), (1, 3)):
        other = image_batch(data, index, draw(data, training, seed=seed, epoch=epoch))
        assert not torch.equal(first, other)


def test_noise_comes_from_a_stream_of_its_own() -> None:
    data = noisy(20, 8, 3)
    alpha = 0.1 * torch.randn(20, 3, dtype=torch.float64, generator=generator_for(3, "augment_pca", 7))
    expected = (255 * alpha @ data.principal_colours().T).float()
    found = colours_of(draw(data, Training(augment="none", pca_noise=0.1), seed=3, epoch=7))
    assert torch.allclose(found.offset, expected)


def test_a_draw_belongs_to_the_image_not_to_its_place_in_a_batch() -> None:
    data = noisy(9, 8, 3)
    draws = draw(data, EVERYTHING)
    together = image_batch(data, torch.arange(9), draws)
    assert torch.allclose(image_batch(data, torch.tensor([5, 0]), draws), together[[5, 0]], atol=1e-3)


def test_equal_images_are_changed_each_its_own_way() -> None:
    data = plain(noisy(1, 24, 3).images.expand(6, 24, 24, 3).contiguous())
    for training in (
        Training(augment="resized_crop"),
        Training(augment="none", colour=0.4),
        Training(augment="none", pca_noise=0.5),
    ):
        batch = image_batch(data, torch.arange(6), draw(data, training))
        assert len({tuple(image.flatten().tolist()) for image in batch}) == 6


def test_grey_images_change_their_brightness_only() -> None:
    data = counting(10, 4)
    draws = draw(data, Training(augment="none", colour=0.4))
    batch, plain = image_batch(data, torch.arange(10), draws), image_batch(data, torch.arange(10))
    factors = colours_of(draws).matrix.view(10, 1, 1, 1)
    assert torch.allclose(batch, (plain * factors).clamp(0, 255), atol=1e-3)
    assert 0.6 <= float(factors.min()) < float(factors.max()) <= 1.4


def test_noise_has_the_deviation_of_the_setting_along_each_component() -> None:
    # red varies with variance (127.5 / 255)^2 = 1/4, green and blue not at all
    images = torch.zeros(4000, 2, 2, 3, dtype=torch.uint8)
    images[::2, :, :, 0] = 255
    offset = colours_of(draw(plain(images), Training(augment="none", pca_noise=0.2))).offset
    assert float(offset[:, 0].std()) == pytest.approx(255 * 0.2 / 4, rel=0.05)
    assert abs(float(offset[:, 0].mean())) < 1
    assert not offset[:, 1:].any()


def test_noise_is_along_the_colours_of_the_training_images_whatever_split_is_changed(
    digits: PreparedData,
) -> None:
    splits = [to_tensors(digits.split(name), digits, torch.device("cpu")) for name in ("train", "test")]
    ours, theirs = (data.principal_colours() for data in splits)
    assert torch.equal(ours, theirs)
    expected = float(splits[0].images.double().div(255).var(correction=0))
    assert float(ours) == pytest.approx(expected, rel=1e-9)

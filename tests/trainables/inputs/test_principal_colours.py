import numpy as np
import torch

from tests.support.plain_images import noisy
from trainables.inputs import principal_colours as module
from trainables.inputs.principal_colours import principal_colours


def test_components_worked_by_hand() -> None:
    # red and green rise together from 0 to 255, blue is still: variance 1/4 each, so 1/2 along (1, 1, 0) / sqrt 2
    images = torch.zeros(2, 4, 4, 3, dtype=torch.uint8)
    images[1, :, :, :2] = 255
    found = principal_colours(images)
    assert torch.allclose(found[:, 2], torch.tensor([1, 1, 0], dtype=torch.float64) / (2 * 2**0.5))
    assert torch.allclose(found[:, :2], torch.zeros(3, 2, dtype=torch.float64))


def test_columns_are_eigenvectors_of_the_covariance_times_their_eigenvalues() -> None:
    images = noisy(30, 8, 3).images
    images[:, :, :, 1] = images[:, :, :, 0] // 2 + images[:, :, :, 2] // 4
    covariance = np.cov(images.reshape(-1, 3).T.numpy() / 255, bias=True)
    found = principal_colours(images).numpy()
    for value, column in zip(np.linalg.eigvalsh(covariance), found.T, strict=True):
        assert np.isclose(np.linalg.norm(column), value)
        assert np.allclose(covariance @ column, value * column)
        assert column[np.abs(column).argmax()] > 0


def test_chunks_do_not_show(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    images = noisy(23, 8, 3).images
    whole = principal_colours(images)
    monkeypatch.setattr(module, "CHUNK", 5)
    assert torch.equal(principal_colours(images), whole)


def test_grey_images_have_one_component_their_variance() -> None:
    images = noisy(10, 8, 1).images
    expected = images.double().div(255).var(correction=0)
    assert torch.allclose(principal_colours(images), expected.view(1, 1))


def test_of_large_images_a_grid_is_read() -> None:
    images = noisy(3, 70, 3).images
    assert torch.equal(principal_colours(images), principal_colours(images[:, ::2, ::2].contiguous()))

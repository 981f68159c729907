import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainables.inputs.sampling import balanced_order, class_weights

UNEVEN = torch.tensor([0] * 900 + [2] * 90 + [5] * 10)


def test_every_class_with_images_is_drawn_equally_often_and_so_is_each_of_its_images() -> None:
    drawn = torch.cat(
        [torch.cat(balanced_order(UNEVEN, batch_size=32, seed=0, epoch=epoch)) for epoch in range(40)]
    )
    counts = torch.bincount(UNEVEN[drawn])
    assert len(drawn) == 40_000
    assert counts[[1, 3, 4]].tolist() == [0, 0, 0]
    for label in (0, 2, 5):
        assert counts[label] / len(drawn) == pytest.approx(1 / 3, abs=0.01)
    smallest = torch.bincount(drawn, minlength=1000)[990:]
    assert all(abs(int(count) / (40_000 / 3 / 10) - 1) < 0.15 for count in smallest)


def test_labels_may_come_in_any_order() -> None:
    shuffle = torch.randperm(1000, generator=torch.Generator().manual_seed(0))
    labels = UNEVEN[shuffle]
    drawn = labels[torch.cat(balanced_order(labels, batch_size=32, seed=0, epoch=0))]
    assert 280 < int((drawn == 5).sum()) < 390


@given(st.lists(st.integers(0, 4), min_size=2, max_size=60), st.integers(2, 64), st.integers(0, 9))
def test_an_epoch_has_as_many_images_as_there_are_and_no_batch_of_one(
    labels: list[int], batch_size: int, seed: int
) -> None:
    order = balanced_order(torch.tensor(labels), batch_size=batch_size, seed=seed, epoch=0)
    assert sum(len(batch) for batch in order) == len(labels)
    assert all(2 <= len(batch) <= batch_size + 1 for batch in order)
    assert set(torch.cat(order).tolist()) <= set(range(len(labels)))


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return torch.cat(balanced_order(UNEVEN, batch_size=32, seed=seed, epoch=epoch)).tolist()

    first = order(1, 2)
    torch.rand(10)
    assert order(1, 2) == first
    assert order(1, 3) != first
    assert order(2, 2) != first


def test_one_image_is_refused() -> None:
    with pytest.raises(ValueError, match="num_images is 1"):
        balanced_order(torch.tensor([0]), batch_size=2, seed=0, epoch=0)


def test_weights_worked_by_hand() -> None:
    # 1/4, 1/1, 1/2 have a mean of 7/12
    weights = class_weights(torch.tensor([0, 0, 2, 1, 0, 2, 0]), 3)
    assert weights.dtype == torch.float32
    assert weights.tolist() == pytest.approx([3 / 7, 12 / 7, 6 / 7])


def test_a_class_without_images_has_no_weight() -> None:
    with pytest.raises(ValueError, match=r"classes \[1, 3\] have no images"):
        class_weights(torch.tensor([0, 2, 2]), 4)

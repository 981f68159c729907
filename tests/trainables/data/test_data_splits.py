from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trainables.data.splits import cut, first_of_each_class, linked, shuffle_key

SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}


def _order(num, seed=0):
    return [shuffle_key(str(index), seed=seed, purpose="test") for index in range(num)]


def _cut(labels, units, seed=0):
    return cut(labels, units, order=_order(len(labels), seed), fractions=SHARES)


def test_ten_single_images_are_cut_into_six_two_and_two():
    assert Counter(_cut([0] * 10, range(10))) == {"train": 6, "val": 2, "test": 2}


def test_three_images_reach_all_three_splits():
    assert Counter(_cut([0] * 3, range(3))) == {"train": 1, "val": 1, "test": 1}


def test_a_small_class_reaches_splits_that_are_due_less_than_one_image():
    shares = {"train": 0.9, "val": 0.05, "test": 0.05}
    assert sorted(cut([0] * 3, range(3), order=_order(3), fractions=shares)) == ["test", "train", "val"]


def test_large_groups_go_where_they_fit():
    units = [0] * 50 + [1] * 10 + [2] * 10 + [3] * 10 + [4] * 10 + [5] * 10
    assert Counter(_cut([0] * 100, units)) == {"train": 60, "val": 20, "test": 20}


def test_another_seed_gives_another_split():
    assert _cut([0] * 20, range(20), seed=0) != _cut([0] * 20, range(20), seed=1)


def test_the_draw_is_the_same_for_ever():
    assert shuffle_key("cat/000.png", seed=0, purpose="split") == "d238e8b16dcea33f4c692a38406db1a9"
    assert "".join(split[1] for split in _cut([0] * 10, range(10))) == "reraerrarr"


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 8)), min_size=1, max_size=60), st.integers(0, 3))
def test_a_group_is_never_split(images, seed):
    labels, groups = zip(*images, strict=True)
    splits = _cut(labels, groups, seed)
    assert len(set(zip(groups, splits, strict=True))) == len(set(groups))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=80))
def test_single_images_come_within_one_of_their_exact_share(labels):
    counts = Counter(zip(labels, _cut(labels, range(len(labels))), strict=True))
    for label, num in Counter(labels).items():
        for split, share in SHARES.items():
            assert abs(counts[label, split] - share * num) < 1 + 1e-9 or num < 5


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60))
def test_a_class_with_three_images_or_more_reaches_every_split(labels):
    reached = set(zip(labels, _cut(labels, range(len(labels))), strict=True))
    for label, num in Counter(labels).items():
        if num >= 3:
            assert {(label, split) for split in SHARES} <= reached


def test_items_are_linked_over_others():
    assert linked([["a"], ["b"], ["a", "c"], ["d"], ["c", "e"], ["b"]]) == [0, 1, 0, 3, 0, 1]


def test_the_first_images_of_each_class_are_kept_in_their_places():
    assert first_of_each_class([0, 0, 1, 1, 0], order=["e", "a", "d", "b", "c"], num=2) == [1, 2, 3, 4]

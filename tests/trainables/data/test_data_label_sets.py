from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.label_sets.quadrants import NAMES, QUADRANTS, read_quadrants
from trainables.data import DataError, DataSource, open_prepared, prepare
from trainables.data.building import content_key
from trainables.data.label_sets import cut_label_sets, missing_labels_notes
from trainables.data.resplit import resplit
from trainables.data.sources.registry import READERS
from trainables.data.splits import shuffle_key
from trainables.data.views import views

SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setitem(READERS, "quadrants", QUADRANTS)
    return DataSource(registered=("quadrants", 80))


def _cut(label_sets, units=None, seed=0):
    rows = np.array(label_sets, dtype=np.uint8)
    order = [shuffle_key(str(index), seed=seed, purpose="test") for index in range(len(rows))]
    return cut_label_sets(rows, units or range(len(rows)), order=order, fractions=SHARES)


def test_every_label_is_cut_into_its_shares():
    splits = _cut([[1, 0]] * 10 + [[0, 1]] * 5 + [[0, 0]] * 5)
    assert Counter(splits[:10]) == {"train": 6, "val": 2, "test": 2}
    assert Counter(splits[10:15]) == {"train": 3, "val": 1, "test": 1}
    assert Counter(splits[15:]) == {"train": 3, "val": 1, "test": 1}


def test_a_label_of_three_images_reaches_all_three_splits():
    splits = _cut([[1, 1]] * 3 + [[1, 0]] * 30)
    assert sorted(splits[:3]) == ["test", "train", "val"]


def test_another_seed_gives_another_split():
    rows = np.random.default_rng(1).integers(0, 2, (60, 3))
    assert _cut(rows, seed=0) != _cut(rows, seed=1)


_rows = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=1, max_size=60
    )
)


@given(_rows, st.data())
def test_a_group_of_label_sets_is_never_split(rows, data):
    units = data.draw(st.lists(st.integers(0, 8), min_size=len(rows), max_size=len(rows)))
    splits = _cut(rows, units)
    assert set(splits) <= set(SHARES)
    assert len(set(zip(units, splits, strict=True))) == len(set(units))


@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0.1, 0.6))
def test_of_single_images_the_rarest_label_comes_within_one_of_its_exact_share(seed, num_labels, share):
    rows = (np.random.default_rng(seed).random((60, num_labels)) < share).astype(np.uint8)
    rarest = np.where(rows.any(0), rows.sum(0), 99).argmin()
    assert _off(rows, _cut(rows))[:, rarest].max() <= 1 + 1e-9


def test_frequencies_are_kept_four_times_as_well_as_by_chance():
    draws = np.random.default_rng(3)
    tried = [(draws.random((120, 4)) < [0.05, 0.1, 0.2, 0.4]).astype(np.uint8) for _ in range(20)]
    ours = np.mean([_off(rows, _cut(rows)).mean() for rows in tried])
    chance = np.mean(
        [_off(rows, draws.choice(list(SHARES), 120, p=[0.6, 0.2, 0.2])).mean() for rows in tried]
    )
    assert ours < chance / 4


def _off(rows, splits):
    """Return by how many images each split (rows) is off its share of each label (columns)."""
    where = np.array(splits)
    return np.array(
        [np.abs(rows[where == name].sum(0) - part * rows.sum(0)) for name, part in SHARES.items()]
    )


def test_splits_that_lack_a_label_or_have_it_throughout_are_named():
    rows = np.array([[1, 0], [1, 1], [0, 0]], dtype=np.uint8)
    notes = missing_labels_notes(rows, {"train": [0, 1, 2], "val": [0]}, ["a", "b"])
    assert notes == [
        "val: no image with 1 label ('b'), left out of means over labels there; "
        "no image without 1 label ('a'), left out of means over labels there"
    ]


def test_a_prepared_set_has_label_sets_of_uint8_and_counts_of_each_label(source, cache):
    data = prepare(source, cache=cache)
    assert (data.task, data.classes) == ("multi_label", NAMES)
    assert data.num_images == {"train": 50, "val": 16, "test": 14}
    pool = read_quadrants(source, cache)
    for name in ("train", "val", "test"):
        split = data.split(name)
        assert (split.labels.dtype, split.labels.shape) == (np.uint8, (data.num_images[name], 3))
        assert np.array_equal(split.labels, pool.label_sets[[int(image) for image in split.ids]])
        assert data.counts[name] == tuple(split.labels.sum(0))
    again = open_prepared(data.key, cache=cache)
    assert (again.task, again.num_images) == (data.task, data.num_images)
    assert prepare(source, cache=cache).key == data.key


def test_other_label_sets_of_the_same_images_are_another_data_set(source, cache):
    pool = read_quadrants(source, cache)
    assert content_key(source, pool) != content_key(source, replace(pool, label_sets=1 - pool.label_sets))


def test_images_of_each_class_cannot_be_counted_where_images_have_several_labels(source, cache):
    with pytest.raises(
        DataError, match=r"for one class an image:\n    5, but images have several labels each"
    ):
        prepare(replace(source, train_per_class=5), cache=cache)


def test_splitting_again_keeps_label_sets_with_their_images_and_about_their_frequencies(source, cache):
    data = prepare(source, cache=cache)
    again = resplit(data, seed=1, cache=cache)
    pool = read_quadrants(source, cache)
    split = again.split("test")
    assert np.array_equal(split.labels, pool.label_sets[[int(image) for image in split.ids]])
    assert np.abs(np.subtract(again.counts["test"], data.counts["test"])).max() <= 2
    assert (again.task, again.num_images["test"]) == ("multi_label", len(split.ids))
    assert set(split.ids) != set(data.split("test").ids)


def test_views_name_all_labels_of_an_image(source, cache):
    data = prepare(source, cache=cache)
    named = {view.label for view in views(source, data, count=40, cache=cache)}
    assert {"no label", "upper left", "upper left, upper right"} <= named

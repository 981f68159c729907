from pathlib import Path

import numpy as np
from PIL import Image

from trainables.data import DataSource, prepare
from trainables.data.views import MAX_SIDE, views


def draw(folder: Path, sizes: dict[str, tuple[int, int]], *, dtype: type = np.uint8) -> None:
    folder.mkdir(parents=True)
    for name, (width, height) in sizes.items():
        pixels = np.random.default_rng(width * 7 + height).integers(0, 200, (height, width)).astype(dtype)
        Image.fromarray(pixels).save(folder / name)


def split_set(root: Path, *, dtype: type = np.uint8) -> Path:
    for number, split in enumerate(("train", "val", "test")):
        for offset, label in enumerate(("a", "b")):
            first = 30 + 100 * number + 10 * offset
            sizes = {"square.png": (first, first), "wide.png": (3 * first + 1, first)}
            draw(root / split / label, sizes, dtype=dtype)
    return root


def test_views_take_turns_over_splits_and_classes_and_the_least_square_come_first(tmp_path: Path) -> None:
    source = DataSource(folder=str(split_set(tmp_path / "set")), image_size=16)
    data = prepare(source, cache=tmp_path / "cache")
    found = views(source, data, count=6, cache=tmp_path / "cache")
    assert {(view.split, view.label) for view in found} == {
        (split, label) for split in ("train", "val", "test") for label in ("a", "b")
    }
    assert all(view.id.endswith("wide.png") for view in found)
    assert len(views(source, data, count=24, cache=tmp_path / "cache")) == 12


def test_a_view_shows_the_stored_square_and_the_part_of_the_image_that_it_shows(tmp_path: Path) -> None:
    source = DataSource(folder=str(split_set(tmp_path / "set")), image_size=16)
    data = prepare(source, cache=tmp_path / "cache")
    for view in views(source, data, count=24, cache=tmp_path / "cache"):
        assert max(view.original.size) <= MAX_SIDE
        if max(view.original.size) < MAX_SIDE:  # not shrunk
            again = view.original.resize((16, 16), Image.Resampling.BICUBIC, box=view.kept)
            assert np.array_equal(np.asarray(again), view.stored[..., 0])
        left, top, right, bottom = view.kept
        assert abs((right - left) - (bottom - top)) < 1


def test_views_of_deep_images_are_mapped_by_the_window_of_the_set(tmp_path: Path) -> None:
    source = DataSource(
        folder=str(split_set(tmp_path / "set", dtype=np.uint16)), image_size=16, window=(0, 400)
    )
    data = prepare(source, cache=tmp_path / "cache")
    assert data.window == (0, 400)
    for view in views(source, data, count=3, cache=tmp_path / "cache"):
        if max(view.original.size) < MAX_SIDE:  # not shrunk: 199 of 400 at most
            assert 100 < np.asarray(view.original).max() <= 127


def test_images_that_have_gone_are_left_out(tmp_path: Path) -> None:
    source = DataSource(folder=str(split_set(tmp_path / "set")), image_size=16)
    data = prepare(source, cache=tmp_path / "cache")
    (tmp_path / "set" / "train" / "a" / "wide.png").unlink()
    assert len(views(source, data, count=24, cache=tmp_path / "cache")) == 11

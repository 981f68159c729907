"""A reader that this test adds to the registry: one function and one line, and everything takes it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainables.data import DataSource, parse_source, prepare
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import Pool, RawImage, digest
from trainables.data.sources.registry import READERS, Reader
from trainables.data.views import views
from trainables.errors import SettingError


def read_stripes(source: DataSource, cache: Path) -> Pool:
    """Return so many images of each of two classes, every one of its own brightness: columns, and rows."""
    assert source.registered is not None
    name, number = source.registered
    assert (name, type(number)) == ("stripes", int)
    return Pool(images=tuple(stripes(int(number))), classes=("columns", "rows"), problems=Problems())


def stripes(number: float) -> Iterator[RawImage]:
    for label in (0, 1):
        for index in range(int(number)):
            pixels = np.zeros((6, 6), dtype=np.uint8)
            pixels[:, ::2] = 100 + index
            drawn = Image.fromarray(pixels.T.copy() if label else pixels)
            content = digest(drawn.tobytes())
            yield RawImage(id=f"{label}-{index}", open=partial(drawn.copy), content=content, label=label)


@pytest.fixture
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "stripes", Reader(lists=f"{__name__}:read_stripes", image_size=6))


@pytest.mark.usefixtures("_registered")
def test_a_reader_of_the_registry_is_all_that_a_kind_of_source_needs(cache: Path) -> None:
    source = parse_source({"stripes": 10, "val_fraction": 0.2}, "data.target")
    assert source == DataSource(registered=("stripes", 10))
    data = prepare(source, cache=cache)
    assert (data.classes, data.image_size, data.channels) == (("columns", "rows"), 6, 1)
    assert data.counts == {"train": (6, 6), "val": (2, 2), "test": (2, 2)}
    split = data.split("train")
    assert [images[0, 1, 0] > 0 for images in split.images] == [label == 1 for label in split.labels]
    assert prepare(source, cache=cache).key == data.key
    assert len(views(source, data, count=4, cache=cache)) == 4


@pytest.mark.usefixtures("_registered")
def test_it_stands_in_a_study_file_as_its_name() -> None:
    source = DataSource(registered=("stripes", 10), image_size=12)
    assert source.as_mapping() == {"stripes": 10, "image_size": 12}
    assert parse_source(source.as_mapping(), "data.target") == source
    assert source.name == "stripes 10"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"stripes": 10, "digits": True}, f"has digits and stripes of {', '.join(READERS)}, stripes"),
        ({"stripes": 10, "root": "x"}, "root: 'x' is not allowed; only together with csv or torchvision"),
        ({"stripes": [1]}, "data.target.stripes: [1] is not allowed; a text, a number or true"),
        ({"stripes": False}, "data.target.stripes: false is not allowed; a text, a number or true"),
        ({"stripes": " "}, "data.target.stripes: ' ' is not allowed; a text, a number or true"),
        ({"dots": 10}, "data.target.dots: unknown key"),
        ({"registered": ["stripes", 10]}, "data.target.registered: unknown key"),
        ({}, f"has none of {', '.join(READERS)}, stripes; allowed: exactly one"),
    ],
)
@pytest.mark.usefixtures("_registered")
def test_what_is_wrong_with_it_is_said(mapping: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_source(mapping, "data.target")
    assert said in str(caught.value)

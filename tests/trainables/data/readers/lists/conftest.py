from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainables.data.building import read_pool
from trainables.data.sources.errors import DataError
from trainables.data.sources.pool import Pool
from trainables.data.sources.source import DataSource


@pytest.fixture
def write_list(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes images, all different, and a list of these lines beside them."""
    rng = np.random.default_rng(0)

    def write(lines: Sequence[str] | bytes, *, images: Sequence[str] = (), name: str = "labels.csv") -> Path:
        for image in images:
            path = tmp_path / image
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(file, format="PNG")
        content = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Pool]:
    """Return a function that reads a list as a study would, before anything is decoded."""

    def pool_of(path: Path, /, **settings: object) -> Pool:
        pool = read_pool(DataSource(csv=str(path), **settings), cache=tmp_path / "cache")  # type: ignore[arg-type]
        pool.problems.raise_if_any(str(path))
        return pool

    return pool_of


@pytest.fixture
def problems(read: Callable[..., Pool]) -> Callable[..., tuple[str, ...]]:
    """Return a function that reads a list and returns what is wrong with it."""

    def problems_of(path: Path, /, **settings: object) -> tuple[str, ...]:
        with pytest.raises(DataError) as caught:
            read(path, **settings)
        return caught.value.problems

    return problems_of

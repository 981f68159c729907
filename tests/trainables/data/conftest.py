from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

MakeFolder = Callable[..., Path]


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Return a function that writes noise images, all different: {"train/cat": 3} makes three PNGs."""
    rng = np.random.default_rng(0)

    def make(
        folders: Mapping[str, int], *, name: str = "images", size: tuple[int, int] = (8, 8), mode: str = "RGB"
    ) -> Path:
        root = tmp_path / name
        shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
        for folder, num in folders.items():
            (root / folder).mkdir(parents=True, exist_ok=True)
            for index in range(num):
                pixels = rng.integers(0, 256, shape, dtype=np.uint8)
                Image.fromarray(pixels).save(root / folder / f"{index:03d}.png")
        return root

    return make


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"

"""scikit-learn's handwritten digits."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import Pool, RawImage, digest
from trainables.data.sources.source import DataSource


def read_digits(source: DataSource, cache: Path) -> Pool:
    """Return the digits as grey images, their 17 levels spread over 0 ... 255; they come with scikit-learn."""
    from sklearn.datasets import load_digits

    data = load_digits()
    levels = np.rint(np.asarray(data.images) * (255 / 16)).astype(np.uint8)
    targets = np.asarray(data.target).tolist()
    names = [str(number) for number in range(10)]
    problems = Problems()
    chosen = [str(name) for name in source.classes] if source.classes is not None else names
    for name in chosen:
        if name not in names:
            problems.add("unknown class", f"{name!r}; there are {', '.join(names)}")
    classes = tuple(name for name in chosen if name in names)
    images = tuple(
        RawImage(
            id=str(index),
            open=partial(Image.fromarray, levels[index]),
            content=digest(levels[index].tobytes()),
            label=classes.index(str(target)),
        )
        for index, target in enumerate(targets)
        if str(target) in classes
    )
    return Pool(images=images, classes=classes, problems=problems)

"""lrstudy, as `prepare` reads the files of a folder."""

from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.formats.kinds.kind import Pixels
from trainables.data.decoding.decode import Reading, decode, whole_image
from trainables.data.decoding.opening import open_file
from trainables.data.decoding.window import Window
from trainables.data.sources.pool import RawImage, file_content


def read(path: Path) -> Pixels:
    """Return a file's picture by the settings' defaults, its window stated as its own least and greatest value."""
    raw = RawImage(id=path.name, open=partial(open_file, path), content=file_content(path), label=0)
    decoded = decode(raw, out=np.zeros((8, 8, 3), dtype=np.uint8), reading=Reading())
    window = None
    if decoded.deep is not None:
        window = Window(low=decoded.deep.low, high=decoded.deep.high, why="stated")
    return np.asarray(whole_image(raw, reading=Reading(), window=window))

"""A model's answers to files: what MLflow loads. It is shipped in the model's folder, and needs no lrstudy there."""

import base64
import binascii
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from trainables.data.preprocessing import Preprocessing, square_of
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.threads import map_in_threads

IMAGE = "image"
"""The column of base64 that is asked about."""
PREFIX = "p_"
"""Begins the name of a column that holds a class's probability."""
ERROR = "error"
BATCH = 64


class ServedModel:
    """Answers about image files with a class, its probability, and that of every class.

    Attributes:
        classes: Names, in the order of the network's answers.
        preprocessing: How a file becomes the network's input.
    """

    def __init__(self, folder: Path) -> None:
        """Load `model.pt2` and `model.json` of a folder; onto the GPU where there is one."""
        stored = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.classes: tuple[str, ...] = tuple(stored["classes"])
        self.preprocessing = Preprocessing.of(stored["preprocessing"])
        self._point: dict[str, Any] | None = stored["operating_point"]
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network = torch.export.load(folder / "model.pt2").module()
        self._network = network.to(self._device)

    def predict(self, model_input: pd.DataFrame, params: object = None) -> pd.DataFrame:
        """Return one row a file; where it cannot be decoded, its `error`, and nothing else.

        Args:
            model_input: Column `image`: the bytes of a JPEG, PNG or other image file in base64.
            params: MLflow's; there are none.
        """
        files = list(model_input[IMAGE])
        rows = [
            row
            for start in range(0, len(files), BATCH)
            for row in self._answers(files[start : start + BATCH])
        ]
        columns = ["class", "probability", *(PREFIX + name for name in self.classes), ERROR]
        return pd.DataFrame(rows, columns=columns, index=model_input.index)

    def _answers(self, files: Sequence[object]) -> Iterator[tuple[object, ...]]:
        squares = map_in_threads(self._square, files)
        good = [each for each in squares if not isinstance(each, str)]
        answers = iter(self._probabilities(np.stack(good)) if good else ())
        nothing = (None,) * len(self.classes)
        for each in squares:
            if isinstance(each, str):
                yield (None, None, *nothing, each)
                continue
            probabilities = next(answers).tolist()
            chosen = decided(probabilities, classes=self.classes, point=self._point)
            yield (self.classes[chosen], probabilities[chosen], *probabilities, None)

    def _square(self, file: object) -> Any:
        """Return the network's input, or why there is none."""
        try:
            with tempfile.NamedTemporaryFile() as held:
                held.write(_content(file))
                held.flush()
                return square_of(Path(held.name), self.preprocessing)
        except UnreadableError as error:
            return str(error)

    def _probabilities(self, squares: Any) -> Any:
        with torch.inference_mode():
            return self._network(torch.from_numpy(squares).to(self._device)).cpu().numpy()


def decided(probabilities: Sequence[float], *, classes: Sequence[str], point: dict[str, Any] | None) -> int:
    """Return the index of the class that is answered: the most probable, or as an operating point says."""
    if point is None:
        return int(np.argmax(probabilities))
    positive = classes.index(point["positive"])
    return positive if probabilities[positive] >= point["threshold"] else 1 - positive


def _load_pyfunc(path: str) -> ServedModel:
    """Return what MLflow is to ask; it calls this by name."""
    return ServedModel(Path(path))


def _content(file: object) -> bytes:
    if not isinstance(file, str):
        raise UnreadableError("is no text: the bytes of an image file are to be sent as base64")
    try:
        return base64.b64decode("".join(file.split()), validate=True)  # programs break its lines
    except (binascii.Error, ValueError) as error:
        raise UnreadableError("is no base64, which the bytes of an image file are to be sent as") from error

"""A model's answers to files: what MLflow loads. It is shipped in the model's folder, and needs no lrstudy there."""

import base64
import binascii
import json
import tempfile
from collections.abc import Mapping, Sequence
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
MULTI_LABEL = "multi_label"
SEPARATOR, AT_LEAST = ";", 0.5
"""Of several labels those are answered, parted so, that are at least as probable."""


class ServedModel:
    """Answers about image files with a class, its probability, and that of every class.

    Attributes:
        columns: Of an answer, in order: `class`, `probability`, `p_CLASS` for every class, `error`. Where an image may
            have several labels, `class` has them all, and there is no one `probability`.
    """

    def __init__(self, network: torch.nn.Module, description: Mapping[str, Any], *, device: str) -> None:
        """Take up a network.

        Args:
            network: Takes uint8 (N, C, H, W), returns probabilities (N, K).
            description: What `model.json` holds.
            device: "auto", which is the GPU where there is one, or PyTorch's name of one.
        """
        self._classes: tuple[str, ...] = tuple(description["classes"])
        self.columns = ("class", "probability", *(PREFIX + name for name in self._classes), ERROR)
        self._preprocessing = Preprocessing.of(description["preprocessing"])
        self._point: Mapping[str, Any] | None = description["operating_point"]
        self._has_label_sets = description["task"] == MULTI_LABEL
        has_gpu = torch.cuda.is_available()
        self._device = torch.device(("cuda" if has_gpu else "cpu") if device == "auto" else device)
        self._network = network.to(self._device)

    def predict(self, model_input: pd.DataFrame, params: object = None) -> pd.DataFrame:
        """Return one row a file; of one that cannot be decoded its `error`, and nothing else.

        Args:
            model_input: Column `image`: the bytes of a JPEG, PNG or other image file in base64.
            params: MLflow's; there are none.
        """
        texts = list(model_input[IMAGE])
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        rows = [row for batch in batches for row in self.answers(batch)]
        # As objects what is missing stays None, and null on the wire: MLflow's server writes NaN, which is no JSON.
        return pd.DataFrame(rows, columns=list(self.columns), index=model_input.index, dtype=object)

    def answers(self, files: Sequence[object]) -> list[tuple[object, ...]]:
        """Return an answer for each file of one batch: values of `columns`, None where there is none.

        Args:
            files: Paths, or the bytes of files in base64.
        """
        squares = map_in_threads(self._square, files)
        good = [each for each in squares if not isinstance(each, str)]
        answers = iter(self._probabilities(np.stack(good)) if good else ())
        nothing = (None,) * (2 + len(self._classes))
        return [
            (*nothing, each) if isinstance(each, str) else (*self._decided(next(answers)), None)
            for each in squares
        ]

    def _decided(self, probabilities: Any) -> tuple[object, ...]:
        values = probabilities.tolist()
        if self._has_label_sets:
            return labels_of(values, names=self._classes), None, *values
        chosen = decided(values, classes=self._classes, point=self._point)
        return self._classes[chosen], values[chosen], *values

    def _square(self, file: object) -> Any:
        """Return the network's input, or why there is none."""
        try:
            if isinstance(file, Path):
                return square_of(file, self._preprocessing)
            with tempfile.NamedTemporaryFile() as held:
                held.write(_content(file))
                held.flush()
                return square_of(Path(held.name), self._preprocessing)
        except UnreadableError as error:
            return str(error)

    def _probabilities(self, squares: Any) -> Any:
        with torch.inference_mode():
            return self._network(torch.from_numpy(squares).to(self._device)).cpu().numpy()


def decided(
    probabilities: Sequence[float], *, classes: Sequence[str], point: Mapping[str, Any] | None
) -> int:
    """Return the index of the class that is answered: the most probable, or as an operating point says."""
    if point is None:
        return int(np.argmax(probabilities))
    positive = classes.index(point["positive"])
    return positive if probabilities[positive] >= point["threshold"] else 1 - positive


def labels_of(probabilities: Sequence[float], *, names: Sequence[str]) -> str:
    """Return the labels that an image is given; "" where it is given none."""
    return SEPARATOR.join(n for n, each in zip(names, probabilities, strict=True) if each >= AT_LEAST)


def _load_pyfunc(path: str, model_config: Mapping[str, Any] | None = None) -> ServedModel:
    """Return what MLflow is to ask; it calls this by name.

    Args:
        path: The model's folder.
        model_config: May have `device`, see `ServedModel`.
    """
    folder = Path(path)
    network = torch.export.load(folder / "model.pt2").module()
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return ServedModel(network, description, device=(model_config or {}).get("device", "auto"))


def _content(file: object) -> bytes:
    if not isinstance(file, str):
        raise UnreadableError("is no text: the bytes of an image file are to be sent as base64")
    try:
        return base64.b64decode("".join(file.split()), validate=True)  # programs break its lines
    except (binascii.Error, ValueError) as error:
        raise UnreadableError("is no base64, which the bytes of an image file are to be sent as") from error

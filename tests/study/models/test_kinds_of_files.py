"""Files of every kind that we know, sent to a model in base64: the pixels that training stored of them, to the bit."""

import base64
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks.formats.kinds.files import write_kinds
from study.models.describing import preprocessing_of
from study.models.served import ServedModel
from trainables.data import DataError, DataSource, PreparedData, prepare

SIDE = 8
WINDOW = (0.0, 65535.0)
LEAST_KINDS = 60


class Pixels(torch.nn.Module):
    """Gives an image's levels in place of probabilities."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1).double()


def prepared(files: Mapping[str, Path], folder: Path, **settings: Any) -> tuple[PreparedData, DataSource]:
    """Have training's own reader store the files, by turns in two classes."""
    for at, (name, file) in enumerate(files.items()):
        place = folder / "ab"[at % 2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    source = DataSource(folder=str(folder), image_size=SIDE, duplicates="report", **settings)
    return prepare(source), source


def stored(data: PreparedData) -> dict[str, np.ndarray]:
    """Return the stored squares by file name, as the network takes them."""
    return {
        Path(name).name: image.transpose(2, 0, 1)
        for split in map(data.split, ("train", "val", "test"))
        for name, image in zip(split.ids, split.images, strict=True)
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"window": WINDOW, "channels": "rgb"},
        {"window": WINDOW, "channels": "grey", "fit": "pad", "background": "black"},
        {"window": WINDOW, "channels": "rgb", "fit": "squash", "pages": "first", "background": (10, 200, 30)},
    ],
    ids=["crop", "grey padded", "squashed first pages"],
)
def test_a_model_sees_of_every_kind_of_file_what_training_stored(
    tmp_path: Path, settings: Mapping[str, Any]
) -> None:
    files = {kind.path.name: kind.path for kind in write_kinds(tmp_path / "kinds")}
    with pytest.raises(DataError) as error:
        prepared(files, tmp_path / "all", **settings)
    refused = dict(each.split(": ", 1) for each in error.value.of_kind("cannot be decoded"))
    refused = {Path(name).name: why for name, why in refused.items()}
    read = {name: path for name, path in files.items() if name not in refused}
    data, source = prepared(read, tmp_path / "read", **settings)
    squares = stored(data)
    assert len(squares) >= LEAST_KINDS

    names = [str(at) for at in range(data.channels * SIDE * SIDE)]
    described = {
        "classes": names,
        "preprocessing": asdict(preprocessing_of(data, source)),
        "operating_point": None,
        "task": "single_label",
    }
    model = ServedModel(Pixels(), described, device="cpu")
    asked = {**read, **{name: files[name] for name in refused}}
    sent = [base64.b64encode(path.read_bytes()).decode() for path in asked.values()]
    answers = model.predict(pd.DataFrame({"image": sent}, index=list(asked)))
    different = [
        name
        for name, square in squares.items()
        if answers.loc[name, [f"p_{each}" for each in names]].tolist() != square.flatten().tolist()
    ]
    assert different == []
    assert {name: answers.loc[name, "error"] for name in refused} == refused

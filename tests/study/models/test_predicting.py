"""`lrstudy predict` on a model: all files are answered, what cannot be read is named, and the status says so."""

import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from study.cli import main
from study.models.predicting import predict_files
from tests.support.models.results_with_model import results_with_model
from tests.support.models.written_model import WrittenModel


class Lengths:
    """Answers with the number of letters of a file's name."""

    columns = ("class", "probability", "p_a", "error")

    def answers(self, files: object) -> list[tuple[object, ...]]:
        return [("a", len(file.name) / 10, len(file.name) / 10, None) for file in files]  # type: ignore[attr-defined]


def test_batches_are_told_and_rows_stay_in_order() -> None:
    told: list[int] = []
    files = [Path("x" * number) for number in (3, 1, 2, 5, 4)]
    table = predict_files(Lengths(), files, batch=2, done=told.append)
    assert told == [2, 2, 1]
    assert table["path"].tolist() == [str(file) for file in files]
    assert table["probability"].tolist() == [0.3, 0.1, 0.2, 0.5, 0.4]


@pytest.fixture
def images(written: WrittenModel, tmp_path: Path) -> Path:
    """The first seven test images as PNG files, and one that is none."""
    folder = tmp_path / "images"
    folder.mkdir()
    for index, image in enumerate(written.data.split("test").images[:7]):
        Image.fromarray(image[..., 0]).save(folder / f"{index}.png")
    (folder / "3.bad.png").write_bytes(b"\x89PNG\r\n\x1a\nand then nothing")
    return folder


@pytest.mark.slow
def test_files_get_the_networks_answers_and_bad_ones_are_named(
    written: WrittenModel, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = results_with_model(tmp_path, written.folder)
    out = tmp_path / "out.json"
    assert main(["predict", str(results), str(images), "--out", str(out), "--batch", "3"]) == 3
    said = capsys.readouterr().err
    assert f"{images}/3.bad.png: Truncated File Read" in said
    assert f"7 images predicted by fixed-confirm-0, in {out}; 1 file could not be read" in said
    rows = json.loads(out.read_text())
    assert [Path(row["path"]).name for row in rows] == sorted(file.name for file in images.iterdir())
    good = [row for row in rows if row["error"] is None]
    pixels = torch.from_numpy(written.data.split("test").images[:7].transpose(0, 3, 1, 2).copy())
    with torch.inference_mode():
        expected = written.classifier(pixels).numpy()
    assert np.array([[row[f"p_{name}"] for name in "567"] for row in good]) == pytest.approx(
        expected, abs=1e-6
    )
    assert [row["class"] for row in good] == ["567"[index] for index in expected.argmax(1)]

    assert main(["predict", str(written.folder), str(images / "0.png")]) == 0
    said_out = capsys.readouterr().out
    assert said_out.splitlines()[0] == "path,class,probability,p_5,p_6,p_7,error"
    assert main(["predict", str(results), str(images / "3.bad.png")]) == 1


@pytest.mark.slow
def test_a_model_of_the_first_version_is_asked_all_the_same(
    written: WrittenModel, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = first_version(written, tmp_path / "old")
    results = results_with_model(tmp_path, folder)
    for place, out in ((results, "old.parquet"), (written.folder, "new.parquet")):
        assert main(["predict", str(place), str(images / "[0-2].png"), "--out", str(tmp_path / out)]) == 0
    old, new = (pd.read_parquet(tmp_path / name) for name in ("old.parquet", "new.parquet"))
    pd.testing.assert_frame_equal(old, new)


def first_version(written: WrittenModel, folder: Path) -> Path:
    """Write the model as version 0.1.0 did."""
    example = written.data.split("val").images[:2].transpose(0, 3, 1, 2).copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.pytorch
        from mlflow.models import ModelSignature
        from mlflow.types import Schema, TensorSpec

        mlflow.pytorch.save_model(
            written.classifier,
            folder,
            signature=ModelSignature(
                inputs=Schema([TensorSpec(np.dtype("uint8"), (-1, *example.shape[1:]))]),
                outputs=Schema([TensorSpec(np.dtype("float32"), (-1, 3))]),
            ),
            input_example=example,
            serialization_format="pt2",
            pip_requirements=["torch"],
            metadata={"run": "fixed-confirm-0", "classes": ["5", "6", "7"], "fit": "crop", "window": None},
        )
    return folder


def test_a_model_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("metadata: {run: fixed-confirm-1}")
    results = results_with_model(tmp_path, model, arms=("fixed", "other"))
    Image.new("L", (4, 4)).save(tmp_path / "a.png")

    def said(*more: str) -> str:
        assert main(["predict", str(results), str(tmp_path / "a.png"), *more]) == 1
        return capsys.readouterr().err

    assert "the study does not say which arm to use; name one, --arm fixed or --arm other" in said()
    assert "there is no model of an arm 'third'; those that have one: fixed, other" in said("--arm", "third")
    assert "fixed holds no model: 'flavors'" in said("--arm", "fixed")
    shutil.rmtree(results / "models")
    assert "no arm has a model; they are written when a study has ended" in said()
    with pytest.raises(SystemExit):
        main(["predict", str(results), "a.png", "--batch", "0"])
    assert "'0' is not allowed; a whole number from 1" in capsys.readouterr().err

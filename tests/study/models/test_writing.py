"""A model's folder: loaded where lrstudy is not, asked about files; its exports, and what is said where they fail."""

import base64
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import torch

from study.models import writing
from study.models.description import DESCRIPTION, read_description
from study.models.exporting import ONNX, PT2, TOLERANCE, DisagreementError
from tests.support.models.written_model import WrittenModel, png_in_base64

pytestmark = pytest.mark.slow

WITHOUT_LRSTUDY = """
import sys
sys.modules.update(dict.fromkeys(("study", "trainables", "analysis")))  # not to be imported, however they are installed
import json, mlflow, pandas
model = mlflow.pyfunc.load_model(sys.argv[1])
images = pandas.read_json(sys.stdin)
print(model.predict(images).to_json(orient="records"))
"""


def expected(written: WrittenModel, images: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return written.classifier(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()


def test_mlflow_loads_it_where_lrstudy_is_not_and_gives_the_networks_answers(
    written: WrittenModel, tmp_path: Path
) -> None:
    images = written.data.split("test").images[:5]
    asked = pd.DataFrame(
        {"image": [*map(png_in_base64, images), base64.b64encode(b"no image").decode(), "/"]}
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT_LRSTUDY, str(written.folder)],
        input=asked.to_json(), cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    answers = expected(written, images)
    names = ["p_5", "p_6", "p_7"]
    assert [[row[name] for name in names] for row in rows[:5]] == pytest.approx(answers, abs=1e-6)
    assert [row["class"] for row in rows[:5]] == [str(5 + index) for index in answers.argmax(1)]
    assert [row["probability"] for row in rows[:5]] == pytest.approx(answers.max(1), abs=1e-6)
    assert [row["error"] for row in rows] == [None] * 5 + [
        "no image that Pillow knows",
        "is no base64, which the bytes of an image file are to be sent as",
    ]
    assert [rows[5][name] for name in (*names, "class", "probability")] == [None] * 5


def test_its_description_says_all_that_a_user_must_know(written: WrittenModel) -> None:
    assert written.lacking == ()
    stored = json.loads((written.folder / DESCRIPTION).read_text())
    assert stored["format"] == "lrstudy-model-1"
    assert stored["classes"] == ["5", "6", "7"]
    assert stored["preprocessing"] == {
        "image_size": 8, "channels": 1, "fit": "crop", "background": "white", "pages": "refuse", "window": None,
        "reads_8_bit": True,
    }  # fmt: skip
    assert (stored["mean"], stored["std"]) == (
        pytest.approx(written.data.mean),
        pytest.approx(written.data.std),
    )
    assert stored["agreement"]["num_images"] == min(100, len(written.data.split("val").labels))
    assert set(stored["agreement"]["largest"]) == {PT2, ONNX}
    assert stored["versions"]["torch"] == torch.__version__.split("+")[0]
    again = read_description(written.folder)
    assert json.loads(again.as_json()) == stored
    assert (again.run, again.study, again.weights_licence) == ("fixed-confirm-0", "tiny", None)


def test_onnx_says_what_the_network_says_at_any_number_of_images_and_what_it_is(
    written: WrittenModel,
) -> None:
    images = written.data.split("test").images[:7]
    session = onnxruntime.InferenceSession(written.folder / ONNX, providers=["CPUExecutionProvider"])
    for number in (1, 3, 7):
        batch = images[:number].transpose(0, 3, 1, 2).copy()
        (found,) = session.run(["probabilities"], {"images": batch})
        assert found == pytest.approx(expected(written, images[:number]), abs=1e-6)
    told = {each.key: json.loads(each.value) for each in onnx.load(written.folder / ONNX).metadata_props}
    described = read_description(written.folder)
    assert told["classes"] == ["5", "6", "7"]
    assert told["preprocessing"] == asdict(described.preprocessing)
    assert (told["weights"], told["weights_licence"]) == ("none", None)
    assert (told["mean"], told["std"]) == (list(described.mean), list(described.std))


def test_without_the_extra_there_is_no_onnx_file_and_a_sentence(
    written: WrittenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "missing_for_onnx", lambda: ("onnxscript",))
    images = written.data.split("val").images[:2]
    lacking = writing.write_model(
        tmp_path / "m", written.classifier, read_description(written.folder), images=images
    )
    assert lacking == ("no model.onnx, since onnxscript is not installed: pip install 'lrstudy[onnx]'",)
    assert not (tmp_path / "m" / ONNX).exists()
    assert set(read_description(tmp_path / "m").agreement.largest) == {PT2}


def test_an_export_that_differs_is_no_model(
    written: WrittenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "MLmodel").write_text("metadata: {run: before}")

    class Shifted(torch.nn.Module):
        """Answers differently when it is traced."""

        def __init__(self, network: torch.nn.Module) -> None:
            super().__init__()
            self.network = network

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.network(images) + (2 * TOLERANCE if torch.compiler.is_exporting() else 0)

    described = read_description(written.folder)
    images = written.data.split("val").images[:3]
    with pytest.raises(
        DisagreementError, match=r"model.pt2 differs from the network by 0.0002; up to 0.0001"
    ):
        writing.write_model(tmp_path / "m", Shifted(written.classifier), described, images=images)
    assert [file.name for file in tmp_path.iterdir()] == ["m"]
    assert (tmp_path / "m" / "MLmodel").read_text() == "metadata: {run: before}"


def test_an_onnx_file_that_differs_is_not_kept(
    written: WrittenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other(onnxruntime.InferenceSession):
        def run(self, *args: object) -> list[np.ndarray]:
            return [super().run(*args)[0] + 0.01]

    monkeypatch.setattr(onnxruntime, "InferenceSession", Other)
    images = written.data.split("val").images[:3]
    lacking = writing.write_model(
        tmp_path / "m", written.classifier, read_description(written.folder), images=images
    )
    assert lacking == (
        "no model.onnx: DisagreementError: model.onnx differs from the network by 0.01; up to 0.0001 is let pass",
    )
    assert not (tmp_path / "m" / ONNX).exists()
    assert (tmp_path / "m" / PT2).exists()


def test_a_description_of_another_form_is_refused(written: WrittenModel, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no model.json in it"):
        read_description(tmp_path)
    text = (written.folder / DESCRIPTION).read_text()
    (tmp_path / DESCRIPTION).write_text(text.replace("lrstudy-model-1", "lrstudy-model-9"))
    with pytest.raises(ValueError, match="its format is 'lrstudy-model-9'; lrstudy-model-1 is read here"):
        read_description(tmp_path)
    assert replace(read_description(written.folder), temperature=1.5).as_json() != text


WITHOUT_TORCH = """
import sys
sys.modules.update(dict.fromkeys(("torch", "pandas", "mlflow", "study", "trainables")))
sys.path.insert(0, sys.argv[1])
import json, numpy, onnxruntime
from preprocess import CLASSES, preprocess
session = onnxruntime.InferenceSession(sys.argv[1] + "/model.onnx")
(found,) = session.run(None, {"images": numpy.stack([preprocess(file) for file in sys.argv[2:]])})
print(json.dumps([CLASSES, found.tolist()]))
"""


def test_onnx_is_fed_from_files_with_numpy_and_pillow_alone(written: WrittenModel, tmp_path: Path) -> None:
    images = written.data.split("test").images[:3]
    files = [tmp_path / f"{index}.png" for index in range(3)]
    for file, image in zip(files, images, strict=True):
        file.write_bytes(base64.b64decode(png_in_base64(image)))
    done = subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT_TORCH, str(written.folder), *map(str, files)],
        cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    classes, found = json.loads(done.stdout.splitlines()[-1])
    assert classes == ["5", "6", "7"]
    assert np.array(found) == pytest.approx(expected(written, images), abs=1e-6)

"""The commands of docs/serving.md: from images to answers of an ONNX file that PyTorch has no part in."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from tests.support.tiny_study import LRSTUDY

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
SMALL = ["budget={trials: 1, epochs: 2}", "confirm.seeds=2", "selection={top: 1, seeds: 0}"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def drawn_digits(folder: Path) -> list[str]:
    """Three digits as PNG files, and the settings that a network of them needs."""
    data = load_digits()
    rows = []
    for index, (image, digit) in enumerate(zip(data.images, data.target, strict=True)):
        if digit < 3 and index < 600:
            rows.append((f"images/{index}.png", f"digit {digit}", "test" if index % 4 == 0 else "train"))
            (folder / "images").mkdir(exist_ok=True)
            Image.fromarray((image * 15.9).astype(np.uint8)).save(folder / rows[-1][0])
    _write_list(folder, rows)
    return ["model={architecture: small_resnet, width: 4, weights: none}", "data.target.image_size=8"]


def cartons(folder: Path) -> list[str]:
    """Photographs of four cartons, in the splits that they were published with, and real weights."""
    photographs = pd.read_parquet(SHARED / "data" / "grocery16.parquet")
    names = sorted(photographs["label"].unique())[:4]
    few = photographs[photographs["label"].isin(names)].groupby(["label", "split"]).head(8)
    assert set(few[few["split"] == "val"]["label"]) < set(names), "one has no validation image"
    for path, content in zip(few["path"], few["image"], strict=True):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    _write_list(folder, list(few[["path", "label", "split"]].itertuples(index=False)))
    shutil.copy(SHARED / "weights" / "tf_efficientnet_lite0.safetensors", folder / "weights.safetensors")
    return ["data.target.image_size=32"]


def _write_list(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    table = pd.DataFrame(rows, columns=["path", "label", "split"])
    table.to_csv(folder / "labels.csv", index=False)


@pytest.mark.parametrize("source", [drawn_digits, cartons])
def test_the_pages_commands_lead_to_answers(tmp_path: Path, source) -> None:
    if source is cartons and not SHARED.exists():
        pytest.skip("the maintainers' data are not here")
    overrides = [*source(tmp_path), *SMALL]
    (study,) = blocks("yaml")
    (tmp_path / "juice.yaml").write_text(study)
    commands = [
        line for block in blocks("console") for line in block.splitlines() if line.startswith("lrstudy")
    ]
    train, predict = (command.split()[1:] for command in commands)
    done = run([*LRSTUDY, *train, *(part for each in overrides for part in ("-s", each))], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    listed = pd.read_csv(tmp_path / "labels.csv")
    for file in listed["path"][::7][:5]:
        shutil.copy(tmp_path / file, photographs)
    done = run([*LRSTUDY, *predict], tmp_path)
    assert done.returncode == 0, done.stderr
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert len(answers) == len(list(photographs.iterdir()))

    (script,) = blocks("python")
    without = "import sys\nsys.modules.update(dict.fromkeys(('torch', 'study', 'trainables')))\n"
    (tmp_path / "ask.py").write_text(without + script)
    done = run([sys.executable, "-P", "ask.py", *answers["path"]], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"{row['path']} {row['class']} {row['probability']:.3f}" for _, row in answers.iterrows()
    ]
    described = json.loads((tmp_path / "results/juice/models/adapted/model.json").read_text())
    assert described["classes"] == sorted(listed["label"].unique())
    assert (described["data"]["csv"], described["weights_licence"]) == ("labels.csv", None)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "LRSTUDY_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        stdin=subprocess.DEVNULL,
    )

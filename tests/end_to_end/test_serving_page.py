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
    for index, (image, digit) in enumerate(zip(data.images, data.target, strict=True)):
        if digit < 3 and index < 600:
            file = folder / "images" / f"digit {digit}" / f"{index}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((image * 15.9).astype(np.uint8)).save(file)
    return ["model={architecture: small_resnet, width: 4, weights: none}", "data.target.image_size=8"]


def cartons(folder: Path) -> list[str]:
    """Photographs of four cartons, and real weights."""
    rows = pd.read_parquet(SHARED / "data" / "grocery16.parquet")
    for name, group in list(rows.groupby("label"))[:4]:
        for index, content in enumerate(group["image"][:16]):
            file = folder / "images" / str(name) / f"{index}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    shutil.copy(SHARED / "weights" / "tf_efficientnet_lite0.safetensors", folder / "weights.safetensors")
    return ["data.target.image_size=32"]


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
    for file in sorted((tmp_path / "images").rglob("*.*g"))[::7][:5]:
        shutil.copy(file, photographs / f"{file.parent.name} {file.name}")
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
    assert described["classes"] == sorted(each.name for each in (tmp_path / "images").iterdir())
    assert (described["data"]["folder"], described["weights_licence"]) == ("images", None)


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

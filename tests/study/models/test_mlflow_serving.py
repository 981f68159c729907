"""MLflow's own server on a model's folder: a photograph in base64 goes in, its class comes out."""

import base64
import contextlib
import importlib.metadata
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from study.models.description import read_description
from study.models.opening import open_model
from tests.support.models.written_model import WrittenModel
from trainables.data.preprocessing import square_of

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 240


@pytest.fixture
def address(written: WrittenModel, tmp_path: Path) -> Iterator[str]:
    """Where the server answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "models",
        "serve",
        "-m",
        str(written.folder),
        "--env-manager",
        "local",
    ]
    # MLflow starts uvicorn by its name, as in an environment that is active.
    programs = Path(str(importlib.metadata.distribution("uvicorn").locate_file("."))).parents[2] / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    log = tmp_path / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [*command, "-h", "127.0.0.1", "-p", str(port), "-w", "1"],
            cwd=tmp_path, env=environment, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(PATIENCE_SECONDS * 2):
            assert server.poll() is None, log.read_text()
            if answers(port):
                break
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        with contextlib.suppress(ProcessLookupError):  # it has ended, and the test failed by that
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def answers(port: int) -> bool:
    try:
        return ask(f"http://127.0.0.1:{port}/ping", None) == b"\n"
    except OSError:
        return False


def ask(address: str, body: bytes | None) -> bytes:
    """Ask past every proxy that the environment names."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as response:
        content: bytes = response.read()
        return content


def predictions(address: str, *images: str) -> list[dict[str, Any]]:
    asked = {"dataframe_split": {"columns": ["image"], "data": [[image] for image in images]}}
    content = ask(address, json.dumps(asked).encode())
    assert b"NaN" not in content  # no JSON
    found: list[dict[str, Any]] = json.loads(content)["predictions"]
    return found


def test_a_jpeg_in_base64_gets_the_networks_answer_and_a_broken_one_is_named(
    written: WrittenModel, address: str, tmp_path: Path
) -> None:
    held = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    turned = Image.Exif()
    turned[274] = 6
    Image.fromarray(pixels).save(held, "JPEG", exif=turned)
    (tmp_path / "photo.jpg").write_bytes(held.getvalue())
    good, bad = predictions(
        address, base64.b64encode(held.getvalue()).decode(), base64.b64encode(b"GIF89a and no more").decode()
    )
    square = square_of(tmp_path / "photo.jpg", read_description(written.folder).preprocessing)
    with torch.inference_mode():
        expected = written.classifier(torch.from_numpy(square[np.newaxis]))[0].tolist()
    assert [good[f"p_{name}"] for name in "567"] == pytest.approx(expected, abs=1e-6)
    assert good["class"] == "567"[int(np.argmax(expected))]
    assert good["error"] is None
    assert bad["class"] is None
    assert bad["error"]
    model = open_model(written.folder)
    assert list(good) == list(model.columns)

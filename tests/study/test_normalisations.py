"""A study says what its images are normalised by, and reaches timm's weights by name or as a file."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from study.arms import build_arms
from study.facts import start_facts
from study.normalisations import normalisation_sentences
from study.planning import source_weights
from study.prepare import prepare_study
from study.spec import SpecError, dump_spec, load_spec, read_resolved
from trainables.trained_with import trained_with

ARMS = {
    "cosine": {"recipe": "cosine", "search": {"lr": {"choice": [0.01, 0.03]}}},
    "scratch": {"recipe": "from_scratch", "search": {"lr": {"choice": [0.01, 0.03]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": [0.01, 0.03]}}},
}
LITE = "timm/tf_efficientnet_lite0"


def write(folder: Path, **changes: Any) -> Path:
    file = folder / "s.yaml"
    file.write_text(yaml.safe_dump({"name": "s", "data": {"target": {"digits": True}}, "arms": ARMS} | changes))
    return file


def problems(folder: Path, **model: Any) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load_spec(write(folder, model=model))
    return caught.value.problems

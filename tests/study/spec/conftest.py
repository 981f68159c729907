from typing import Any

import pytest
import yaml

from study.spec.study_file import StudySpec, load_spec
from tests.support.study_files import TRAINED_ARMS, content


@pytest.fixture
def write(tmp_path):
    def write_study(raw=None, **changes):
        path = tmp_path / "test.yaml"
        path.write_text(yaml.safe_dump(content(**changes) if raw is None else raw, sort_keys=False))
        return path

    return write_study


@pytest.fixture
def load_training(tmp_path):
    def load_study(
        training: dict[str, Any], arms: dict[str, Any] = TRAINED_ARMS, **changes: Any
    ) -> StudySpec:
        raw = {
            "name": "test",
            "data": {"target": {"digits": True}},
            "arms": arms,
            "training": training,
            "budget": {"epochs": 4},
        } | changes
        path = tmp_path / "test.yaml"
        path.write_text(yaml.safe_dump(raw, sort_keys=False))
        return load_spec(path)

    return load_study

"""Study files as tests write them: nothing is wrong with them but what a test changes."""

from pathlib import Path
from typing import Any

import pytest

from study.spec.study_file import SpecError, load_spec

ARMS: dict[str, Any] = {
    "adapted": {"recipe": "adaptation", "head_epochs": 2, "search": {"lr": {"log_uniform": [1e-4, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-4, 0.1]}}},
}

TRAINED_ARMS: dict[str, Any] = {
    "adapted": {"recipe": "adaptation", "head_epochs": 1, "search": {"lr": {"log_uniform": [1e-3, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-3, 0.1]}}},
}

ON_IMAGES: dict[str, Any] = {
    "cosine": {"recipe": "cosine", "search": {"lr": {"choice": [0.01, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": [0.01, 0.1]}}},
}


def content(**changes: Any) -> dict[str, Any]:
    """Return a study that nothing is wrong with, with top-level keys changed."""
    return {"name": "test", "data": {"target": {"digits": True}}, "arms": ARMS} | changes


def problems_of(path: Path, **options: Any) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load_spec(path, **options)
    return tuple(map(str, caught.value.problems))


def problems_of_training(
    load: Any, training: dict[str, Any], arms: dict[str, Any] = TRAINED_ARMS, **changes: Any
) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load(training, arms, **changes)
    return tuple(map(str, caught.value.problems))

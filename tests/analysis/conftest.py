from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.synthetic_study import Run, write_study


@pytest.fixture
def study_folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a study below the test's folder."""

    def write(runs: Sequence[Run], name: str = "toy", **options: Any) -> Path:
        return write_study(tmp_path / name, runs, **options)

    return write

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from analysis.figures import registry, style
from tests.support.synthetic_study import Run, write_study


@pytest.fixture(autouse=True, scope="session")
def coarse_pictures() -> Iterator[None]:
    """Figures are drawn as in a report, but with a sixteenth of its pixels: what they show does not hang on them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "DPI", style.DPI / 4)
        yield


@pytest.fixture
def study_folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a study below the test's folder."""

    def write(runs: Sequence[Run], name: str = "toy", **options: Any) -> Path:
        return write_study(tmp_path / name, runs, **options)

    return write


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that leaves a report with the figures named alone: to draw all takes most of its time."""

    def only(*names: str) -> None:
        chosen = tuple(figure for figure in registry.FIGURES if figure.name in names)
        assert len(chosen) == len(names)
        monkeypatch.setattr(registry, "FIGURES", chosen)

    return only

"""The study file, running, tracking, the command line; the only caller of Ray Tune's `Tuner`."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from study.spec.study_file import load_spec
    from study.tuning.runner import run_study

__all__ = ["load_spec", "run_study"]

_HOMES = {"load_spec": "study.spec.study_file", "run_study": "study.tuning.runner"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

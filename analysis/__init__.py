"""Recorded results in; tables, figures and the report out. Never looks into a live run."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import Comparison, compare
    from analysis.loading.study import load_study
    from analysis.loading.study_data import StudyData
    from analysis.report.html import ReportFiles, write_report
    from analysis.report.terminal import format_comparison

_HOMES = {
    "Comparison": "analysis.comparison",
    "ReportFiles": "analysis.report.html",
    "StudyData": "analysis.loading.study_data",
    "compare": "analysis.comparison",
    "format_comparison": "analysis.report.terminal",
    "load_study": "analysis.loading.study",
    "write_report": "analysis.report.html",
}

__all__ = [
    "Comparison",
    "ReportFiles",
    "StudyData",
    "compare",
    "format_comparison",
    "load_study",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import analysis` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

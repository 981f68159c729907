"""The figures of the search in a report: drawn, told in words, and beside them their numbers."""

import html
from dataclasses import replace

import pandas as pd
import pytest

from analysis import write_report
from tests.support.loaded_studies import compared
from tests.support.studies import searched_study
from tests.support.synthetic_study import Run

NAMES = (
    "tuning_curves",
    "winners_curse",
    "importances",
    "response_lines",
    "response_planes",
)


def test_the_report_shows_what_the_search_was_worth_and_what_drove_it(tmp_path, figures):
    figures(*NAMES)
    runs = searched_study.runs()
    comparison = compared(runs, spec=searched_study.spec(), metadata=searched_study.metadata(runs))
    files = write_report(comparison, tmp_path)
    page = html.unescape(files.html.read_text(encoding="utf-8"))
    assert [path.stem for path in files.figures] == list(NAMES)
    for sentence in comparison.searching:
        assert sentence in page
    at = comparison.tuning_curves.set_index(["arm", "num_trials"])["mean"]
    assert f"fixed {at['fixed', 12]:.3f} after 12 trials, {at['fixed', 24]:.3f} after 24" in page
    assert "highest, 0.9" in page
    written = {path.stem: pd.read_csv(path) for path in files.tables}
    assert {"tuning_curves", "expected_gains", "importances", "response_lines", "response_planes"} <= set(
        written
    )
    assert written["tuning_curves"]["mean"].tolist() == pytest.approx(
        comparison.tuning_curves["mean"].tolist()
    )
    assert "ladder" not in written


def test_choices_are_drawn_as_they_stand(figures, tmp_path):
    """Values from the study file that matplotlib would read as a formula, and fail at."""
    figures("response_lines")
    values = ["plain", "$\\x_{"]
    runs = [
        Run(arm="adapted", stage="search", name=f"adapted-{number:04d}", seed=0, values=[0.5 + 0.05 * number])
        for number in range(6)
    ]
    runs = [replace(run, config={"loss": values[number % 2]}) for number, run in enumerate(runs)]
    spec = searched_study.spec()
    spec["arms"]["adapted"]["search"] = {"loss": {"choice": values}}
    comparison = compared(runs, spec=spec)
    assert [line.across for line in comparison.response_lines] == ["loss"]
    assert len(write_report(comparison, tmp_path).figures) == 1

"""A statistic is added by one line of the registry: report, terminal and CSV list it."""

import dataclasses
import html
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import compare, write_report
from analysis.findings.contrasts import registry
from analysis.findings.contrasts.equal_budget import EQUAL_BUDGETS
from analysis.findings.contrasts.listed_statistic import difference_of
from analysis.findings.pairs import find_pairings
from analysis.report.in_full import full_text
from tests.support.hand_made import confirm
from tests.support.loaded_studies import loaded


def loss_of_the_last_epoch(section="differences"):
    return SimpleNamespace(
        name="test_loss",
        title="log loss",
        unit="nats",
        section=section,
        measure=lambda data, pairing: difference_of(data.runs["test_loss"], pairing, data),
    )


@pytest.fixture
def study():
    """Test losses of adapted 0.7, 0.4, 0.1 below fixed's; fixed's fourth run has none."""
    losses = {"fixed": [1.0, 1.0, 1.0, None], "adapted": [0.3, 0.6, 0.9, 0.5]}
    runs = [
        confirm(arm, seed, [0.5, 0.7], fields={2: {"test_loss": loss}})
        for arm, of_arm in losses.items()
        for seed, loss in enumerate(of_arm)
    ]
    return loaded(runs)


def test_a_statistic_of_ones_own_is_in_the_report_in_the_terminal_and_in_the_summary(
    study, tmp_path, monkeypatch, figures
):
    figures()
    monkeypatch.setattr(registry, "STATISTICS", (*EQUAL_BUDGETS, loss_of_the_last_epoch()))
    comparison = compare(study)
    # mean -0.4, standard deviation 0.3, t(2) = 4.303: 0.4 +- 0.745
    cell = "\N{MINUS SIGN}0.4 \N{PLUS-MINUS SIGN} 0.745 (3/4)"
    text = full_text(comparison)
    shown = text.partition("Other differences, paired t over seeds")[2]
    assert re.search(r"adapted \N{MINUS SIGN} fixed +" + re.escape(cell), shown)
    assert "log loss (nats)" in shown
    files = write_report(comparison, tmp_path)
    page = html.unescape(files.html.read_text(encoding="utf-8"))
    section = page.partition("<h2>Differences in the end</h2>")[2].partition("</div>\n</details>")[0]
    assert '<th scope="col" class="number">log loss (nats)</th>' in section
    assert f'<td class="number">{cell}</td>' in section
    row = pd.read_csv(tmp_path / "summary.csv").set_index("measure").loc["test_loss"]
    assert (row["num_pairs"], row["mean"]) == (3, pytest.approx(-0.4))
    assert row["low"] == pytest.approx(-0.4 - 0.745, abs=1e-3)


def test_a_statistic_joins_the_columns_of_its_section(study, monkeypatch):
    own = loss_of_the_last_epoch("equal_budgets")
    monkeypatch.setattr(registry, "STATISTICS", (*EQUAL_BUDGETS, own))
    text = full_text(compare(study))
    assert re.search(r"equal epochs +equal image passes +equal seconds +log loss \(nats\)", text)
    assert "Other differences" not in text


def test_a_statistic_that_cannot_be_asked_for_is_in_no_table(study, monkeypatch):
    own = loss_of_the_last_epoch()
    own.measure = lambda data, pairing: None
    monkeypatch.setattr(registry, "STATISTICS", (own,))
    comparison = compare(study)
    assert comparison.contrasts[0].listed == {}
    assert "Other differences" not in full_text(comparison)


def test_a_section_that_the_report_has_not_is_refused(study, monkeypatch):
    monkeypatch.setattr(registry, "STATISTICS", (loss_of_the_last_epoch("appendix"),))
    with pytest.raises(AssertionError, match="section='appendix' is none of"):
        full_text(compare(study))


def test_a_pair_of_which_a_run_collapsed_is_missing(study):
    runs = study.runs.assign(collapsed=study.runs.index == "adapted-confirm-0")
    marked = dataclasses.replace(study, runs=runs)
    measured = loss_of_the_last_epoch().measure(marked, find_pairings(marked)[0])
    # of the differences -0.7, -0.4, -0.1 the first is left out, and the fourth pair never had one
    assert (measured.num_pairs, measured.num_missing) == (4, 2)
    assert measured.estimate.mean == pytest.approx(-0.25)


@pytest.mark.parametrize("name", ["val", "equal_epochs"])
def test_no_statistic_takes_the_name_of_another(name, study, monkeypatch):
    taken = loss_of_the_last_epoch()
    taken.name = name if name == "val" else EQUAL_BUDGETS[0].name
    monkeypatch.setattr(registry, "STATISTICS", (*EQUAL_BUDGETS, taken))
    with pytest.raises(AssertionError, match="a name stands twice"):
        compare(study)

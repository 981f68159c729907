"""A figure is added by one line of the registry: the report shows it in its section."""

import html
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import compare, load_study, write_report
from analysis.figures import registry
from analysis.figures.style import new_figure
from tests.support.synthetic_study import two_arm_runs, write_study

HEADINGS = {
    "answer": "In full",
    "confirmation": "Confirmation",
    "details": "The confirmed models in detail",
    "times": "Time to target",
    "search": "Search results",
    "ledger": "Ledger",
    "confusions": "Confusions",
}


def own_figure(name, section, *, num_rows=1):
    """Return a figure of the number of a study's runs."""
    return SimpleNamespace(
        name=name,
        section=section,
        title=lambda _: f"Title of {name}",
        caption=lambda _: f"Caption of {name}.",
        alt=lambda table, _: f"{name} shows {table['runs'].iloc[0]} runs",
        table=lambda comparison: pd.DataFrame({"runs": [len(comparison.confirmations)] * num_rows}),
        draw=lambda _, __: new_figure(height_inches=0.5, width_inches=0.5),
    )


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return compare(load_study(write_study(tmp_path_factory.mktemp("own") / "toy", two_arm_runs(2))))


def test_a_figure_of_ones_own_stands_in_its_section_of_the_report(comparison, tmp_path, monkeypatch):
    own = [own_figure(f"own_{section}", section) for section in registry.SECTIONS]
    monkeypatch.setattr(registry, "FIGURES", (*own, own_figure("without_rows", "times", num_rows=0)))
    files = write_report(comparison, tmp_path)
    page = html.unescape(files.html.read_text(encoding="utf-8"))
    assert [path.stem for path in files.figures] == [figure.name for figure in own]
    parts = {part.partition("</h2>")[0]: part for part in page.split("<h2>")[1:]}
    for figure in own:
        part = parts[HEADINGS[figure.section]]
        assert f"<strong>Title of {figure.name}.</strong> Caption of {figure.name}." in part
        assert part.count("<svg") == 1
        assert f'aria-label="Title of {figure.name}. own_{figure.section} shows 4 runs"' in part


def test_a_section_that_the_report_has_not_is_refused(comparison, monkeypatch):
    monkeypatch.setattr(registry, "FIGURES", (own_figure("lost", "appendix"),))
    with pytest.raises(AssertionError, match="section='appendix' is not one of"):
        registry.draw_figures(comparison)


def test_every_figure_has_a_name_of_its_own_and_its_table_draws_it(comparison):
    names = [figure.name for figure in registry.FIGURES]
    assert len(set(names)) == len(names)
    drawn = [figure.name for figure in registry.draw_figures(comparison)]
    with_rows = [figure.name for figure in registry.FIGURES if len(figure.table(comparison))]
    assert drawn == with_rows
    assert drawn[:3] == ["differences", "final_test", "learning_curves"]

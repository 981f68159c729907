import dataclasses
import html
import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import compare, load_study, write_report
from analysis.figures.registry import FIGURES
from analysis.loading.run_metadata import RunMetadata
from analysis.report.in_full import full_text
from analysis.tables.confirmation_tables import arms_table, differences_table
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs


@pytest.fixture(scope="module")
def comparison():
    return compared(two_arm_runs(3))


@pytest.fixture(scope="module")
def files(comparison, tmp_path_factory):
    """The whole report, written once."""
    return write_report(comparison, tmp_path_factory.mktemp("report"))


def page_of(comparison, folder):
    return write_report(comparison, folder).html.read_text(encoding="utf-8")


def test_the_report_stands_alone_and_opens_with_the_verdict(comparison, files):
    text = files.html.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:|//)", text)
    assert "<link" not in text
    assert "<script src" not in text
    shown = len(files.figures) - 1  # the differences are drawn by the page itself
    assert text.count('<svg class="figure') + text.count('<img class="figure') == shown
    plain = html.unescape(text)
    first, folded = plain.index(comparison.verdict), plain.index('<details class="section"')
    assert first < plain.index("Use this configuration: adapted") < folded < plain.index(comparison.answer[0])
    assert plain.index(comparison.answer[0]) < plain.index("What the answer holds for")


def test_every_figure_is_written_as_png_and_nothing_is_left_beside(comparison, files):
    names = {path.stem for path in files.figures}
    assert names == {figure.name for figure in FIGURES if len(figure.table(comparison))}
    assert names >= {"learning_curves", "final_test", "speed_up", "search", "rates", "ledger", "confusion"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files.figures)
    assert not list(files.html.parent.rglob(".*"))


def test_the_tables_parse_back_to_the_numbers_compared(comparison, files):
    tables = {path.stem: pd.read_csv(path) for path in files.tables}
    summary = tables["summary"].set_index("measure")
    assert summary.loc["test", "mean"] == pytest.approx(comparison.contrasts[0].finals.test_combined.mean)
    assert summary.loc["test", "verdict"] == "arm"
    times = tables["time_to_target"]
    assert times["kind"].tolist() == ["reference_level", "reference_level_at_cycle_ends", "grid", "grid"]
    assert times.loc[0, "ratio"] == pytest.approx(comparison.contrasts[0].level.ratio.value)
    assert len(tables["confirmations"]) == 6
    assert len(tables["search"]) == 6
    assert len(tables["time_to_target_pairs"]) == 3
    assert tables["ledger"]["cost_seconds"].sum() == pytest.approx(comparison.ledger["cost_seconds"].sum())


def test_a_report_can_be_written_again(comparison, tmp_path, figures):
    figures("final_test", "ledger")
    first = page_of(comparison, tmp_path)
    assert page_of(comparison, tmp_path) == first


def test_names_from_the_user_are_escaped(tmp_path, figures):
    figures()
    metadata = replace(default_metadata(), data_notes=("<b>bold</b>",))
    text = page_of(compared(two_arm_runs(2), metadata=metadata), tmp_path)
    assert "<b>bold" not in text
    assert "&lt;b&gt;bold" in text


@pytest.mark.parametrize("stages", [{"search"}, {"confirm"}, {"pretrain"}])
def test_a_study_that_stopped_anywhere_still_has_a_report(tmp_path, stages):
    pretrain = Run(arm="source", stage="pretrain", name="source-0", seed=0, values=[0.5])
    runs = [run for run in [pretrain, *two_arm_runs(1)] if run.stage in stages]
    page = page_of(compared(runs, metadata=RunMetadata()), tmp_path)
    assert "How it was measured" in page
    assert ("<h2>Confirmation</h2>" in page) == (stages == {"confirm"})
    assert ("<h2>Search results</h2>" in page) == (stages != {"pretrain"})


def test_a_study_in_which_everything_diverged_still_has_a_report(tmp_path):
    runs = [
        dataclasses.replace(run, status="diverged", values=[None], correct=None) for run in two_arm_runs(2)
    ]
    comparison = compared(runs)
    page = page_of(comparison, tmp_path)
    assert "no pair has two finished runs" in comparison.answer[0]
    without_code = re.sub(r"<script>.*?</script>", "", re.sub(r"base64,[^\"]*", "", page), flags=re.DOTALL)
    assert "nan" not in html.unescape(without_code)


def three_arm_runs():
    cosine = [
        dataclasses.replace(run, arm="cosine", name=run.name.replace("adapted", "cosine"))
        for run in two_arm_runs(gain=0.0, test_gain=0)
        if run.arm == "adapted"
    ]
    return two_arm_runs() + cosine


def test_the_text_for_the_terminal_fits_one_screen_and_keeps_the_answer_of_every_contrast():
    metadata = replace(default_metadata(), data_notes=("3 near duplicates: " + "a/b.png ~ c/d.png, " * 20,))
    comparison = compared(three_arm_runs(), metadata=metadata)
    text = full_text(comparison)
    lines = text.splitlines()
    assert max(len(line) for line in lines) <= 100
    assert len(lines) <= 60
    adapted, cosine = (" ".join(paragraph.split()) for paragraph in text.split("\n\n")[:2])
    assert adapted.startswith("adapted is better than fixed by 0.100")
    assert re.search(
        r"adapted is [\d.]+ times as fast as fixed .* \(95% interval [\d.]+ to [\d.]+\)", adapted
    )
    assert "reached by 5 of 5 adapted and 3 of 5 fixed runs" in adapted
    assert "with the search's cost on both sides: 2." in adapted
    assert cosine.startswith("Not decided yet between cosine and fixed")
    assert re.search(
        r"\d+ more seeds \(about \d+ (s|min), \d+\.\d+\) would decide it with a chance of 80%", cosine
    )
    assert "- 3 near duplicates: a/b.png" in text
    assert lines[-1].endswith("report.html")


def test_the_terminal_has_what_each_arm_used_in_one_row():
    metadata = replace(default_metadata(), wall_seconds=None)
    text = full_text(compared(two_arm_runs(2), metadata=metadata))
    rows = [line.split() for line in text.splitlines() if line.startswith("  fixed ")]
    # 3 trials and 2 confirmations of 4 epochs; 12 s and 4 s + 4.08 s, at 3.60 an hour for two concurrent trials
    assert rows[-1] == ["fixed", "5", "20", "2,000", "12.0", "8.1", "20.1", "0.0100"]
    # of 120 trial seconds 18 of training and 12 of validation; of 80, 12.12 and 8
    assert "wall time in which no run worked: search 75%, confirm 75%." in " ".join(text.split())


def test_notes_on_the_data_stand_in_the_report_and_not_among_the_warnings(tmp_path, figures):
    figures()
    metadata = replace(default_metadata(), data_notes=("val cut from all images",))
    comparison = compared(two_arm_runs(3), metadata=metadata)
    assert comparison.notes == ()
    text = page_of(comparison, tmp_path)
    warned = text.partition("Before believing it")[2].partition("</section>")[0]
    assert "val cut from all images" not in warned
    assert text.index("Notes on the data") < text.index("<li>val cut from all images</li>")


@pytest.mark.parametrize("objects", [False, True])
def test_a_study_that_recorded_nothing_says_so_everywhere(study_folder, objects):
    folder = study_folder(two_arm_runs(1), metadata=RunMetadata())
    path = folder / "records.parquet"
    empty = pd.read_parquet(path).head(0)
    empty.astype(object if objects else empty.dtypes).to_parquet(path, index=False)
    (folder / "predictions.parquet").unlink()
    comparison = compare(load_study(folder))
    assert "Nothing was recorded yet" in comparison.answer[0]
    assert comparison.notes == ("The study has not ended; this is what it has recorded so far.",)
    assert full_text(comparison).startswith("Nothing was recorded yet")
    assert "Nothing was recorded yet" in page_of(comparison, folder)


def test_an_arms_interval_needs_three_seeds():
    two, three = (compared(two_arm_runs(n)) for n in (2, 3))
    assert [row[4] for row in arms_table(two).rows] == ["under 3 seeds"] * 2
    assert two.arms[["test_low", "test_high"]].isna().all(axis=None)
    assert three.arms[["test_low", "test_high"]].notna().all(axis=None)
    assert all(" to " in row[4] for row in arms_table(three).rows)


def test_a_difference_that_nothing_is_known_of_is_not_written_out():
    right = {("adapted", 0): 90, ("adapted", 1): 50, ("fixed", 0): 50, ("fixed", 1): 70}
    runs = [
        Run(
            arm=arm,
            stage="confirm",
            name=f"{arm}-{s}",
            seed=s,
            values=[0.5],
            correct=[1] * n + [0] * (100 - n),
        )
        for (arm, s), n in right.items()
    ]
    # +0.4 and -0.2: 0.1 with a half-width of 12.7 x 0.3
    comparison = compared(runs)
    assert "95% interval wider than ±1; 2 pairs" in comparison.answer[0]
    assert re.search(
        r"\d more seeds \(about .*\) would decide it with a chance of 8\d%", comparison.answer[0]
    )
    assert differences_table(comparison).rows[0][3] == "wider than ±1"

import dataclasses
import html
import re
from dataclasses import replace

import pytest

from analysis import compare, load_study, write_report
from analysis.figures.panels import panel_grid
from analysis.figures.style import are_distinct, arm_colours
from analysis.report.in_full import full_text
from analysis.tables.overview import has_many_arms, overview_sentences, overview_table, short_ratio
from analysis.wording.number_format import bare_p_value
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import default_spec, two_arm_runs, write_study

ARMS = (
    *("fixed", "head_fixed", "adaptation", "cosine", "step", "plateau", "fastai", "chain_thaw"),
    "progressive_resizing",
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "toy"
    metadata = replace(many_arm_metadata(), target_grid=(0.6,))
    return load_study(
        write_study(folder, many_arm_runs(4, arms=ARMS), spec=many_arm_spec(ARMS), metadata=metadata)
    )


@pytest.fixture(scope="module")
def comparison(study):
    return compare(study)


def with_others(num_others):
    """Return the comparison of the reference with so many copies of one arm."""
    names = [f"other{index}" for index in range(num_others)]
    adapted = [run for run in two_arm_runs(2) if run.arm == "adapted"]
    runs = [run for run in two_arm_runs(2) if run.arm == "fixed"] + [
        dataclasses.replace(run, arm=name, name=run.name.replace("adapted", name))
        for name in names
        for run in adapted
    ]
    return compared(runs, spec=default_spec([*names, "fixed"]))


def test_up_to_four_arms_have_a_paragraph_each():
    four, five = with_others(4), with_others(5)
    assert (has_many_arms(four), has_many_arms(five)) == (False, True)
    assert full_text(four).startswith(("other0 is", "other0 against", "Not decided yet"))
    assert full_text(five).startswith("Of 5 arms against fixed")


def test_every_arm_has_one_row_with_the_reference_first(comparison):
    rows = overview_table(comparison).rows
    assert [row[0] for row in rows] == list(ARMS)
    by_arm = {row[0]: row for row in rows}
    contrast = next(c for c in comparison.contrasts if c.pairing.arm == "fastai")
    estimate = contrast.finals.headline
    half = (estimate.high - estimate.low) / 2
    assert by_arm["fastai"][2] == f"{estimate.mean:+.3f} \N{PLUS-MINUS SIGN} {half:.3f}"
    assert by_arm["fastai"][3] == bare_p_value(contrast.final_result.adjusted_p)
    assert by_arm["fastai"][4] == short_ratio(contrast.level.ratio)
    assert by_arm["fastai"][5].startswith("better")
    assert by_arm["fixed"][2:] == ("\N{EN DASH}",) * 4


def test_the_verdict_has_the_time_where_it_is_decided():
    rows = overview_table(compared(two_arm_runs())).rows
    assert rows[1][0] == "adapted"
    assert rows[1][5] == "better, faster"
    assert re.fullmatch(r"[\d.]+ \([\d.]+ to [\d.]+\)", rows[1][4])
    assert short_ratio(None) == "\N{EN DASH}"


def test_the_sentences_name_every_arm_once_by_its_verdict(comparison):
    ends, times = comparison.contrasts[0].num_ends, comparison.contrasts[0].num_times
    assert 4 < times <= ends == 8
    end, time, family = overview_sentences(comparison)
    assert end.startswith("Of 8 arms against fixed, by test accuracy in the end: ")
    verdicts = {c.pairing.arm: c.final_result.verdict for c in comparison.contrasts}
    better = [arm for arm, verdict in verdicts.items() if verdict == "arm"]
    assert f"{len(better)} better ({', '.join(better)})" in end
    assert verdicts["chain_thaw"] == "withheld"
    assert "1 not decided, with more runs that did not train (chain_thaw)" in end
    for sentence in (end, time):
        named = re.findall(r"\w+", " ".join(re.findall(r"\(([^)]*)\)", sentence)))
        assert sorted(named) == sorted(verdicts)
    assert family == (
        f"Every end is judged as one of {ends} questions, every time as one of {times} (Holm within each)."
    )


def test_the_text_has_no_paragraph_an_arm_and_its_sentences_fit_a_width(comparison):
    text = full_text(comparison)
    # a file has room for tables; what a terminal shows is held to its width in test_terminal_answer.py
    assert max(len(line) for line in text.splitlines() if not line.startswith("  ")) <= 100
    assert comparison.answer[0][:60] not in " ".join(text.split())
    assert "Differences in the end" not in text
    assert "8 arms differ in several things at once" in text
    assert text.count("Equal budgets (to within 5%)") == 1


def test_the_report_folds_the_paragraphs_below_the_table(comparison, tmp_path, figures):
    figures("learning_curves", "speed_up")
    files = write_report(comparison, tmp_path)
    page = html.unescape(files.html.read_text(encoding="utf-8"))
    table, folded = (
        page.index('<th scope="col" class="number">p (Holm)</th>'),
        page.index("<summary>Each arm in words"),
    )
    assert page.index(overview_sentences(comparison)[0]) < table < folded < page.index(comparison.answer[0])
    assert page.index(comparison.answer[-1]) < page.index("</details>", folded)
    assert page.count("<details ") == page.count("</details>") >= 3
    without_code = re.sub(r"<script>.*?</script>", "", re.sub(r"base64,[^\"]*", "", page), flags=re.DOTALL)
    assert "nan" not in without_code


def test_arms_that_share_colours_are_not_drawn_into_one_plot():
    seven, eight = (arm_colours([f"arm{i}" for i in range(n)], reference="arm0") for n in (7, 8))
    assert (are_distinct(seven), are_distinct(eight)) == (True, False)


@pytest.mark.parametrize(
    ("num", "shape"), [(1, (1, 1)), (4, (1, 4)), (5, (2, 3)), (16, (4, 4)), (17, (5, 4))]
)
def test_panels_fill_rows_of_up_to_four(num, shape):
    figure, panels = panel_grid(num)
    assert len(panels) == len(figure.axes) == num
    assert panels[0].get_gridspec().get_geometry() == shape

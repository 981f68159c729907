"""Names from outside are text: in figures, in HTML and in CSV."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis import write_report
from analysis.figures.drawn_text import MAX_LENGTH, PlainFigure, drawn
from analysis.figures.style import new_figure
from analysis.tables.csv_tables import to_csv
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import default_spec, two_arm_runs

HOSTILE = (
    r"$\frac{$",
    "=1+1",
    "<script>alert(1)</script>",
    "[red]x[/red]",
    "_hidden",
    "two\nlines",
    "x" * 200,
    r"caf\xe9",
    "\U0001fae8",
    "nan",
    "null",
    "1e5",
    "no",
    " space ",
    "\u202eright to left",
    "\x1b[31mred",
    "猫",
    "$a$ and $b$",
    r"a\$b$",
)


def renamed(runs, names):
    """Return runs with arms of other names."""
    return [replace(run, arm=names[run.arm], name=run.name.replace(run.arm, names[run.arm])) for run in runs]


def test_every_figure_is_drawn_with_hostile_names_of_classes(tmp_path, figures):
    figures("recalls", "confusion")
    arms, classes = ("fixed", "adaptation"), HOSTILE[:10]
    metadata = replace(many_arm_metadata(), classes=tuple(classes))
    comparison = compared(many_arm_runs(arms=arms), spec=many_arm_spec(arms), metadata=metadata)
    files = write_report(comparison, tmp_path)
    assert {path.stem for path in files.figures} == {"recalls", "confusion"}
    assert "<script>alert" not in files.html.read_text()
    recalls = pd.read_csv(tmp_path / "recalls.csv", keep_default_na=False)
    assert set(recalls["class_name"]) == {f"'{name}" if name[0] == "=" else name for name in classes}


def test_every_figure_is_drawn_with_hostile_names_of_arms(tmp_path):
    names = {"adapted": "_猫ö", "fixed": "_" + "f" * 39}
    runs = renamed(two_arm_runs(), names)
    spec = default_spec(list(names.values()))
    spec["compare"]["reference"] = names["fixed"]
    files = write_report(compared(runs, spec=spec), tmp_path)
    assert len(files.figures) >= 6


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_drawn_in_every_place_of_a_figure(name):
    figure = new_figure()
    figure.set_layout_engine("none")  # measures every text once more
    axes = figure.subplots()
    axes.plot([1, 10], [0, 1], label=drawn(name))
    axes.set_xscale("log")
    axes.set_title(drawn(name))
    axes.text(2, 0.5, drawn(name))
    axes.set_yticks([0, 1], [drawn(name), drawn(name)])
    legend = axes.legend()
    figure.suptitle(drawn(name))
    figure.canvas.draw()
    assert [text.get_text() for text in legend.get_texts()] == [drawn(name)]
    assert not axes.title.get_parse_math()


def test_dollars_are_drawn_as_dollars_and_the_powers_of_a_scale_as_powers():
    figure = new_figure()
    axes = figure.subplots()
    axes.set_xlim(1e-3, 1e3)
    axes.set_xscale("log")
    axes.set_yticks([0, 1], ["$a$", r"b\$$"])
    figure.canvas.draw()
    drawn_as = [label._preprocess_math(label.get_text()) for label in axes.get_yticklabels()]
    assert drawn_as == [("$a$", False), (r"b\$$", False)]
    assert any(label._preprocess_math(label.get_text())[1] for label in axes.get_xticklabels())
    pixels = bytes(figure.canvas.buffer_rgba())
    figure.canvas.draw()  # a second time it is the same picture
    assert bytes(figure.canvas.buffer_rgba()) == pixels


def test_text_without_a_glyph_is_drawn_as_its_escape_and_long_text_keeps_both_ends():
    assert drawn("cat") == "cat"
    assert drawn("schön $x$") == "schön $x$"
    assert drawn("a\nb") == r"a\nb"
    assert drawn("\U0001fae8") == r"\U0001fae8"
    assert drawn("猫") == r"\u732b"
    assert drawn("_hidden") == " _hidden"
    assert drawn("a" * 30 + "b" * 30) == "a" * 27 + "…" + "b" * 12
    assert len(drawn("x" * 200)) == MAX_LENGTH


def test_spreadsheets_find_no_formula_and_numbers_are_as_they_were():
    table = pd.DataFrame(
        {
            "name": ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "x=1", None, "schön"],
            "value": [-1.5, 2.0, -3.0, 4.0, 5.0, 6.0, 7.0, None, -8.25],
            "mixed": ["-x", -2, 3, 4, 5, 6, 7, 8, 9],
        }
    )
    back = pd.read_csv(io.BytesIO(to_csv(table)))
    assert back["name"].tolist()[:5] == ["'=1+1", "'+x", "'-x", "'@x", "'\tx"]
    assert back["name"].tolist()[5:7] == [r"\rx", "x=1"]
    assert back["name"].isna().tolist() == [False] * 7 + [True, False]
    assert back["value"].dropna().tolist() == [-1.5, 2.0, -3.0, 4.0, 5.0, 6.0, 7.0, -8.25]
    assert back["mixed"].tolist()[:2] == ["'-x", "-2"]
    wide = pd.DataFrame({"name": ["\N{FULLWIDTH EQUALS SIGN}1+1", "\N{FULLWIDTH COMMERCIAL AT}x", "\n=1"]})
    assert all(name.startswith("'") for name in pd.read_csv(io.BytesIO(to_csv(wide)))["name"])


def test_the_labels_that_a_scale_computes_are_drawn_as_ever():
    """A logarithmic axis writes powers of ten as formulas, which are no text from outside."""
    pictures = []
    for kind in (Figure, PlainFigure):
        figure = kind(figsize=(3, 2))
        axes = figure.add_subplot()
        axes.loglog([1e-4, 1e-1], [1e-3, 10])
        written = io.BytesIO()
        figure.savefig(written, format="raw")
        pictures.append(written.getvalue())
    assert pictures[0] == pictures[1]

"""The table of docs/formats.md: every kind, and the counts of its own rows."""

from collections import Counter
from pathlib import Path

from benchmarks.formats.compare import BEGIN, END, PAGE, Column, table
from benchmarks.formats.kinds.files import WrittenKind, all_kinds
from benchmarks.formats.outcome import OUTCOMES


def rows() -> list[list[str]]:
    """The cells of all rows between the marks."""
    made = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in made.splitlines() if line]


def test_the_page_has_every_kind_and_no_other():
    kinds = [kind.name for kind in all_kinds()]
    assert [row[0] for row in rows()[-len(kinds) :]] == kinds


def test_counts_are_those_of_the_rows():
    summary = [row for row in rows() if row[2:3] and row[2].isdigit()]
    per_kind = rows()[-sum(int(number) for number in summary[0][2:]) :]
    for place, (_, _, *numbers) in enumerate(summary, start=1):
        counted = Counter(row[place] for row in per_kind)
        assert [counted[each] for each in OUTCOMES] == [int(number) for number in numbers]
    assert summary[0][0] == "lrstudy"
    assert summary[0][-2:] == ["0", "1"]  # a JPEG of which data is missing


def test_a_table_has_counts_and_a_row_a_kind():
    kinds = [WrittenKind(name=name, path=Path(name), expected=None) for name in ("one", "two")]
    column = Column(name="reader", versions="reader 1", outcomes=("right", "silently wrong"))
    assert table(kinds, [column]).splitlines() == [
        "| reader | versions | right | refused | left out | first of several | silently wrong |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| reader | reader 1 | 1 | 0 | 0 | 0 | 1 |",
        "",
        "| kind | reader |",
        "| --- | --- |",
        "| one | right |",
        "| two | silently wrong |",
    ]

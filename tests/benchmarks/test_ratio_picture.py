"""The picture of docs/performance.md."""

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio
from benchmarks.harness.ratio_picture import draw_ratios
from benchmarks.harness.settings import Settings


def line(name: str, *, to_reach: float | None) -> Line:
    def measure(settings: Settings) -> Ratio:
        raise AssertionError("nothing is measured here")

    return Line(name=name, what="", against="", to_reach=to_reach, measure=measure)


def test_what_was_measured_is_drawn_in_the_tables_order_and_nothing_else() -> None:
    lines = (line("first", to_reach=2), line("unmeasured", to_reach=3), line("bound", to_reach=None))
    latest = {
        "first": {"ratio": 2.5, "low": 2.0, "high": 3.0},
        "bound": {"ratio": 1.5, "low": 1.2, "high": None},
    }
    (axes,) = draw_ratios(lines, latest).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["bound", "first"]
    assert [text.get_text() for text in axes.texts] == ["1.5", "2.5"]
    drawn = [(drawing.get_marker(), list(drawing.get_xdata())) for drawing in axes.get_lines()]
    assert (">", [1.5]) in drawn
    assert ("o", [2.5]) in drawn
    assert [marks for marker, marks in drawn if marker == "|"] == [[2]]

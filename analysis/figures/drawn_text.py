"""Text from outside in figures: drawn as it stands, never read as a formula, every character to be seen."""

import functools
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, Formatter, FuncFormatter

MAX_LENGTH = 40
"""Characters of a text from outside that are drawn; of longer ones the beginning and the end are."""
_END = 12


def drawn(text: str) -> str:
    r"""Return a text from outside as a figure can show it.

    A character that the figures' font lacks (controls, line breaks and emoji among them) becomes its escape, such as
    `\n` or `\u732b`; of a long text the middle becomes "…"; a leading `_`, at which matplotlib would leave the text out
    of a legend, gets a space before it. Dollars stay: that they begin no formula is for `PlainFigure`.
    """
    known = _glyphs()
    seen = "".join(c if ord(c) in known else c.encode("unicode_escape").decode("ascii") for c in text)
    if len(seen) > MAX_LENGTH:
        seen = f"{seen[: MAX_LENGTH - _END - 1]}…{seen[-_END:]}"
    return f" {seen}" if seen.startswith("_") else seen


@functools.cache
def _glyphs() -> frozenset[int]:
    """Return the characters that the figures' font has, regular and bold, that can be seen."""
    fonts = [get_font(findfont(FontProperties(weight=weight))) for weight in ("normal", "bold")]
    both = frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))
    return frozenset(code for code in both if chr(code).isprintable())


class PlainFigure(Figure):
    """A figure without formulas: every text in it is drawn as it stands, but for the labels that a scale computes.

    Its parts keep the places that they are given when it is first drawn, so that SVG and PNG have the same: to find
    them takes as long as to draw.
    """

    def draw(self, renderer: Any) -> None:
        """Draw, after every text was told that it is no formula."""
        for axes in self.axes:
            for axis in (axes.xaxis, axes.yaxis):
                formatter = axis.get_major_formatter()
                if isinstance(formatter, FixedFormatter | FuncFormatter):
                    axis.set_major_formatter(_Plain(formatter))
        ticks = {id(text) for axes in self.axes for text in _tick_labels(axes)}
        for text in self.findobj(Text):
            assert isinstance(text, Text)
            if id(text) not in ticks:
                text.set_parse_math(False)
        super().draw(renderer)
        self.set_layout_engine("none")


def _tick_labels(axes: Any) -> list[Text]:
    return [
        label
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())  # makes those that there are not yet
        for label in (tick.label1, tick.label2)
    ]


class _Plain(Formatter):
    """Labels that were given, with their dollars escaped: whether ticks hold formulas can't be told to each of them."""

    def __init__(self, given: Formatter) -> None:
        self._given = given

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._given(x, pos).replace("$", r"\$")

    def get_offset(self) -> str:
        return self._given.get_offset()

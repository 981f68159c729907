"""Figures as SVG within a page: text stays text, and colours follow the page's, light or dark."""

import io
import re

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

THEMED = {
    "#ffffff": "page",
    "#000000": "text",
    "#222222": "text",
    "#333333": "text",
    "#4d4d4d": "reference",
    "#777777": "soft",
    "#999999": "spine",
    "#bdbdbd": "faint",
    "#d0d0d0": "faint",
    "#e0e0e0": "band",
    "#e6e6e6": "grid",
    "#0072b2": "blue",
    "#d55e00": "orange",
    "#009e73": "green",
    "#cc79a7": "pink",
    "#e69f00": "yellow",
    "#56b4e9": "sky",
}
"""The colours of figures, and the names of those that the page's stylesheet gives them: `--figure-NAME`.

Black text has none and takes the page's. A figure with any other colour stays on white, as it was drawn.
"""

_COLOUR = re.compile(r"\b(fill|stroke|stop-color): (#[0-9a-f]{6})\b")
_ID = re.compile(r"""(\bid="|"#|url\(#)""")
_NOT_FOR_PAGES = re.compile(r"<metadata>.*?</metadata>|<style type=\"text/css\">.*?</style>", re.DOTALL)
_SIZE = re.compile(r"""<svg [^>]*?viewBox="(?P<box>[^"]*)"[^>]*>""", re.DOTALL)


def colour_name(colour: str) -> str:
    """Return a colour as a stylesheet has it: the page's own of that name, or the colour itself."""
    name = THEMED.get(colour.lower())
    return colour if name is None else f"var(--figure-{name})"


def themed_svg(figure: Figure, *, name: str, label: str) -> str:
    """Return a figure as an `svg` element that stands in a page by itself.

    A figure that holds pixels or colours that are not THEMED, such as a map of colours, stays on white.

    Args:
        figure: Drawn again for it.
        name: Begins every id in it, so that figures of one page share none.
        label: What it shows, for readers who do not see it.
    """
    written = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None})  # type: ignore[no-untyped-call]
    text = written.getvalue()
    size = _SIZE.search(text)
    assert size is not None, "matplotlib writes a viewBox"
    body = _NOT_FOR_PAGES.sub("", text[size.end() :])
    body = _ID.sub(rf"\g<1>{name}-", body)
    on_white = "<image" in body or any(found[1] not in THEMED for found in _COLOUR.findall(body))
    if not on_white:
        body = _COLOUR.sub(lambda found: f"{found[1]}: {colour_name(found[2])}", body)
    kind = "figure on-white" if on_white else "figure"
    return f'<svg class="{kind}" viewBox="{size["box"]}" role="img" aria-label="{_escaped(label)}">{body}'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

"""Draw docs/rooms.png, the rooms of each package: `python -m docs.draw_rooms`.

What a box says is the first line of the room's `__init__`; where it stands is in `tests/support/rooms.py`.
"""

import ast
import textwrap
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from tests.support.rooms import ROOMS

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = {"study": 0, "analysis": 1, "trainables": 2}
"""The packages from left to right: one imports of those to its right."""

RULES = """What stands lower in a column imports nothing of what
stands higher; what stands side by side, nothing of each other.

study imports from analysis, trainables
and search_spaces (a file a recipe: Ray Tune domains);
analysis imports trainables.record, and nothing else;
trainables and search_spaces import nothing of ours.

tests/structure/test_rooms.py holds all of this."""

WIDTH, HEIGHT, GAP = 4.2, 0.84, 0.12
INK, PAPER, LINE = "#1f2933", "#eef3f8", "#8aa4bd"


def first_line(folder: Path) -> str:
    """Return the first line of a package's docstring."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    return text.splitlines()[0].replace("`", "")


def draw_box(axes: Axes, room: str, text: str, *, left: float, bottom: float, width: float) -> None:
    """Draw a room: its name, and what it is for."""
    box = FancyBboxPatch(
        (left, bottom), width, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08", fc=PAPER, ec=LINE, lw=1
    )
    axes.add_patch(box)
    axes.text(left + 0.12, bottom + HEIGHT - 0.2, room, fontsize=9.5, weight="bold", color=INK, va="center")
    lines = textwrap.wrap(text, int(width * 17.5))
    axes.text(
        left + 0.12, bottom + 0.53, "\n".join(lines), fontsize=7.0, color=INK, va="top", linespacing=1.2
    )


def is_folder(package: str, room: str) -> bool:
    """Return whether a room is a folder, and not a module that lies beside the folders."""
    return (ROOT / package / room.replace(".", "/")).is_dir()


def draw_package(axes: Axes, package: str, *, left: float, top: float) -> None:
    """Draw a package's rooms, the highest on top; rooms of one layer side by side, modules as a line of names."""
    axes.text(left, top + 0.55, f"{package}/", fontsize=13, weight="bold", color=INK)
    note = textwrap.fill(first_line(ROOT / package), 62)
    axes.text(left, top + 0.38, note, fontsize=7.4, color=INK, va="top")
    bottom = top + 0.1
    for layer in reversed(ROOMS[package]):
        folders = [room for room in layer if is_folder(package, room)]
        modules = [f"{room}.py" for room in layer if not is_folder(package, room)]
        if folders:
            bottom -= HEIGHT + GAP
            width = (WIDTH - GAP * (len(folders) - 1)) / len(folders)
            for place, room in enumerate(folders):
                x = left + place * (width + GAP)
                text = first_line(ROOT / package / room.replace(".", "/"))
                draw_box(axes, room.replace(".", "/"), text, left=x, bottom=bottom, width=width)
        if modules:
            lines = textwrap.wrap("   ".join(modules), 66)
            bottom -= GAP + 0.17 * len(lines)
            axes.text(left + 0.12, bottom, "\n".join(lines), fontsize=7.4, color=INK, va="bottom")


def main() -> None:
    """Draw the picture."""
    height = 1.5 + max(len(layers) for layers in ROOMS.values()) * (HEIGHT + GAP)
    figure = Figure(figsize=(3 * (WIDTH + 0.5) * 0.95, height * 0.95))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-0.25, 3 * (WIDTH + 0.5) - 0.25)
    axes.set_ylim(0, height)
    axes.axis("off")
    for package, column in COLUMNS.items():
        draw_package(axes, package, left=column * (WIDTH + 0.5), top=height - 1.0)
    axes.text(WIDTH + 0.5, 0.3, RULES, fontsize=8, color=INK, va="bottom", linespacing=1.5)
    figure.savefig(ROOT / "docs" / "rooms.png", dpi=130, facecolor="white")


if __name__ == "__main__":
    main()

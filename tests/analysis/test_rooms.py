"""The rooms of the analysis: none imports one above it, and none is a drawer for everything."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "analysis"
ROOMS = (
    ("statistics",),
    ("loading",),
    ("findings",),
    ("wording",),
    ("comparison",),
    ("tables", "figures"),
    ("report",),
)
"""From the lowest up: a room imports from those before it alone, and rooms side by side nothing from one another."""

LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
MAX_FILES = 20


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("analysis."))


def room_of(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_every_room_is_in_the_order():
    found = {room_of(path) for path in ROOT.rglob("*.py")} - {"__init__"}
    assert found == set(LEVELS)


def test_no_room_imports_one_beside_or_above_it():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in ROOT.rglob("*.py")
        if path != ROOT / "__init__.py"
        for name in imported_modules(path)
        if (other := name.split(".")[1]) != room_of(path) and LEVELS[other] >= LEVELS[room_of(path)]
    ]
    assert wrong == []


def test_statistics_are_functions_of_arrays():
    for path in (ROOT / "statistics").glob("*.py"):
        names = list(imported_modules(path))
        assert all(name.startswith("analysis.statistics.") for name in names), f"{path.name}: {names}"


def test_json_is_parsed_in_loading_and_of_a_profile_alone():
    parsers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if any(
            isinstance(node, ast.Attribute) and node.attr in ("loads", "load", "safe_load")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert {name for name in parsers if not name.startswith("loading/")} == {"figures/profile.py"}


@pytest.mark.parametrize(
    "folder", [path for path in ROOT.rglob("*") if path.is_dir() and path.name[0] != "_"]
)
def test_no_room_has_more_than_twenty_files(folder):
    assert len(list(folder.glob("*.py"))) <= MAX_FILES

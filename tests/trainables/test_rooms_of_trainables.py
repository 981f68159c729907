"""The rooms of the pipeline: none imports one beside or above it, at the top of a module or within a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "trainables"
ROOMS = (
    ("checkpoint", "errors", "generators", "identity", "limits", "range_test", "record", "sharing", "text"),
    ("schedules", "settings"),
    ("data/sources", "plan"),
    ("data/decoding", "recipes"),
    ("data", "data/readers"),
    ("networks",),
    ("compute", "config"),
    ("inputs",),
    ("optim",),
    ("loop",),
    ("prefixes", "profiling"),
    ("run",),
    ("classifier", "many_heads", "trainable"),
)
"""From the lowest up: folders and single modules; those side by side import nothing from one another."""

LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
MODULES = {
    path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__"): path
    for path in ROOT.rglob("*.py")
    if path != ROOT / "__init__.py"
}
MAX_FILES, MAX_LEVELS = 20, 13


def room_of(module: str) -> str:
    parts = module.split("/")
    inner = "/".join(parts[:2])
    return inner if inner in LEVELS else parts[0]


def imported_by(module: str) -> Iterator[str]:
    """Yield the modules of ours that one imports, also for its types alone."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("trainables."):
            home = node.module.removeprefix("trainables.").replace(".", "/")
            for alias in node.names:
                yield f"{home}/{alias.name}" if f"{home}/{alias.name}" in MODULES else home


def test_every_room_is_in_the_order() -> None:
    assert {room_of(module) for module in MODULES} == set(LEVELS)
    assert len(ROOMS) <= MAX_LEVELS


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_room_imports_one_beside_or_above_it(module: str) -> None:
    own = room_of(module)
    others = {other for other in imported_by(module) if room_of(other) != own}
    assert [other for other in others if LEVELS[room_of(other)] >= LEVELS[own]] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: set(imported_by(module)) for module in MODULES}
    while graph:
        leaves = {module for module, imported in graph.items() if not imported & (graph.keys() - {module})}
        assert leaves, f"a circle among {sorted(graph)}"
        graph = {module: imported for module, imported in graph.items() if module not in leaves}


@pytest.mark.parametrize(
    "folder",
    [path for path in [ROOT, *ROOT.rglob("*")] if path.is_dir() and path.name[0] != "_"],
    ids=lambda path: path.name,
)
def test_no_folder_has_more_than_twenty_files(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= MAX_FILES

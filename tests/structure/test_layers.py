"""The layers of the design: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("trainables", "search_spaces", "study", "analysis")
ALLOWED = {
    "trainables": set(),
    "search_spaces": set(),
    "study": {"trainables", "search_spaces", "analysis"},
    "analysis": {"trainables.record"},
}


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("package", OURS)
def test_layers_import_only_what_they_may(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        for name in imported(file):
            top = name.split(".")[0]
            if top in OURS and top != package:
                assert name in ALLOWED[package] or top in ALLOWED[package], f"{file} imports {name}"


def test_ray_is_in_the_thin_trainable_alone_and_the_tuner_in_study() -> None:
    users = {file.name for file in (ROOT / "trainables").rglob("*.py") if "ray" in imported(file)}
    assert users == {"trainable.py"}
    tuners = [
        file
        for package in OURS
        for file in (ROOT / package).rglob("*.py")
        if "tune.Tuner(" in file.read_text()
    ]
    assert [file.relative_to(ROOT).as_posix() for file in tuners] == ["study/tuning/driver.py"]


def test_every_recipe_has_a_space() -> None:
    from search_spaces import space_names
    from trainables.recipes import recipe_names

    assert space_names() == recipe_names()

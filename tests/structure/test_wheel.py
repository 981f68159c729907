"""The wheel holds the packages as they stand in the tree: a room that nobody listed is not forgotten."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.source_tree import PACKAGES, ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that is built of a copy of the tree."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in (*PACKAGES, "studies"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        return {name for name in packed.namelist() if ".dist-info/" not in name}


def test_the_wheel_has_what_the_tree_has(names: set[str]) -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file()]
    there = {file for file in files if "__pycache__" not in file.parts} | set((ROOT / "studies").glob("*.*"))
    assert {file.suffix for file in there} > {".py"}
    assert names == {file.relative_to(ROOT).as_posix() for file in there}


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
    assert Path(ROOT / "studies" / "__init__.py").exists()

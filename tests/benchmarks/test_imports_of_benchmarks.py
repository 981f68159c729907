"""Benchmarks stand without the tests: what both need lives in `benchmarks`, where tests may import it."""

import ast
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def test_benchmarks_import_nothing_from_tests() -> None:
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            assert not [name for name in names if name.split(".")[0] == "tests"], path

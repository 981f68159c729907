"""The walks of docs/architecture.md: what they name is there, is called in that order, and few files must be opened."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT, imported_names, module_name

DOCUMENT = ROOT / "docs" / "architecture.md"
HEADING = re.compile(r"^### (?P<title>.+), at most (?P<most>\d+) files$")
STEP = re.compile(r"^\d+\. `(?P<file>[\w/]+\.py)`: `(?P<name>[\w.]+)`(?P<anew>, later,|, found by its name)?")

MOST_FILES = (20, 9, 5, 12)
"""Of the searched rate, the picture, the stop and the batch."""


@dataclass(frozen=True)
class Step:
    """A function or class that a walk comes to."""

    file: str
    name: str
    begins_anew: bool

    def tree(self) -> ast.Module:
        """Its file, parsed."""
        return ast.parse((ROOT / self.file).read_text())

    def source(self) -> ast.AST:
        """Its definition; fails where there is none."""
        node: ast.AST = self.tree()
        for part in self.name.split("."):
            named = [each for each in ast.iter_child_nodes(node) if part in _defined(each)]
            assert named, f"{DOCUMENT.name}: {self.file} has no {self.name}"
            node = named[-1]
        return node

    @property
    def spoken(self) -> str:
        """What one that calls it writes: the name of the function, or of the class that is made."""
        return self.name.removesuffix(".__init__").rpartition(".")[2]


def _defined(node: ast.AST) -> tuple[str, ...]:
    """The name of a class or function, or the names that an assignment gives."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return tuple(each.id for each in targets if isinstance(each, ast.Name))
    return (getattr(node, "name", ""),)


@dataclass(frozen=True)
class Walk:
    """A heading of the document and its steps."""

    title: str
    most: int
    steps: tuple[Step, ...]


def read_walks() -> list[Walk]:
    walks: list[Walk] = []
    for line in DOCUMENT.read_text().splitlines():
        if found := HEADING.match(line):
            walks.append(Walk(found["title"], int(found["most"]), ()))
        elif found := STEP.match(line):
            last = walks[-1]
            step = Step(found["file"], found["name"], begins_anew=bool(found["anew"]))
            walks[-1] = Walk(last.title, last.most, (*last.steps, step))
    return walks


WALKS = read_walks()


def names_in(step: Step) -> set[str]:
    """The names that a step uses, and those that what it uses of its own file does; annotations are left out."""
    definitions: dict[str, list[ast.AST]] = {}
    for node in ast.walk(step.tree()):
        for name in _defined(node):
            definitions.setdefault(name, []).append(node)
    used: set[str] = set()
    todo = [step.source()]
    while todo:
        new = _names(todo.pop()) - used
        used |= new
        todo += [node for name in new for node in definitions.get(name, ())]
    return used


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    own = {node.attr} if isinstance(node, ast.Attribute) else set()
    return own.union(
        *(_names(child) for name, child in _children(node) if name not in ("annotation", "returns"))
    )


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    is_field = (
        isinstance(node, ast.AnnAssign) and node.simple
    )  # what a section of a study file declares is its use
    for name, value in ast.iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield ("field" if is_field else name), each


def is_imported(step: Step, before: Sequence[Step]) -> bool:
    """Whether a step is of a file before it, or one of those imports from its module, or its name from a package."""
    module = module_name(Path(step.file))
    for earlier in before:
        if earlier.file == step.file:
            return True
        for name in imported_names(earlier.tree()):
            package, _, last = name.rpartition(".")
            if name == module or package == module:
                return True
            if module.startswith(f"{package}.") and last in step.name.split("."):
                return True
    return False


def test_the_four_walks_are_written_down() -> None:
    assert tuple(walk.most for walk in WALKS) == MOST_FILES


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_a_walk_opens_few_files(walk: Walk) -> None:
    assert len({step.file for step in walk.steps}) <= walk.most


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_every_step_is_called_by_one_before_it(walk: Walk) -> None:
    known = names_in(walk.steps[0])
    for place, step in enumerate(walk.steps[1:], start=1):
        if not step.begins_anew:
            assert step.spoken in known, f"{step.file}: no step before it calls {step.name}"
            assert is_imported(step, walk.steps[:place]), (
                f"{step.file}: no step before it imports {step.name}"
            )
        known |= names_in(step)


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_a_walk_is_broken_off_twice_at_most(walk: Walk) -> None:
    assert sum(step.begins_anew for step in walk.steps) <= 2

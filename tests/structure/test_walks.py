"""The walks of docs/architecture.md: what they name is there, is called in that order, and few files must be opened."""

import ast
import re
from dataclasses import dataclass

import pytest

from tests.support.source_tree import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
HEADING = re.compile(r"^### (?P<title>.+), at most (?P<most>\d+) files$")
STEP = re.compile(r"^\d+\. `(?P<file>[\w/]+\.py)`: `(?P<name>[\w.]+)`(?P<later>, later,)?")

MOST_FILES = (20, 9, 5, 12)
"""Of the searched rate, the picture, the stop and the batch."""


@dataclass(frozen=True)
class Step:
    """A function or class that a walk comes to."""

    file: str
    name: str
    is_later: bool

    def source(self) -> ast.AST:
        """Its definition; fails where there is none."""
        node: ast.AST = ast.parse((ROOT / self.file).read_text())
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
            step = Step(found["file"], found["name"], is_later=bool(found["later"]))
            walks[-1] = Walk(last.title, last.most, (*last.steps, step))
    return walks


WALKS = read_walks()


def names_in(step: Step) -> set[str]:
    """The names that a step uses, and those that what it uses of its own file does."""
    definitions: dict[str, list[ast.AST]] = {}
    for node in ast.walk(ast.parse((ROOT / step.file).read_text())):
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
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def test_the_four_walks_are_written_down() -> None:
    assert tuple(walk.most for walk in WALKS) == MOST_FILES


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_a_walk_opens_few_files(walk: Walk) -> None:
    assert len({step.file for step in walk.steps}) <= walk.most


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_every_step_is_called_by_one_before_it(walk: Walk) -> None:
    known = names_in(walk.steps[0])
    for step in walk.steps[1:]:
        assert step.is_later or step.spoken in known, f"{step.file}: no step before it calls {step.name}"
        known |= names_in(step)


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_a_walk_is_broken_off_twice_at_most(walk: Walk) -> None:
    assert sum(step.is_later for step in walk.steps) <= 2

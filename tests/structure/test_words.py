"""The field's words: names that the house has given up are not used again."""

import ast
import re

from tests.support.source_tree import PACKAGES, ROOT, imported_names, read_modules

OLD = frozenset(
    (
        *(
            "Agenda",
            "AgendaSearcher",
            "Rules",
            "Round",
            "Ended",
            "Mirror",
            "Facts",
            "read_facts",
            "write_facts",
        ),
        *("Arithmetic", "corner_configs", "RatedGroup", "rated_groups", "Watch", "Judging", "Taken", "take"),
        *("stream", "Headless", "Evidence", "Finals", "Question"),
    )
)
"""Classes and functions that have other names now."""

OLD_PARTS = frozenset(("agenda", "facts", "corners", "unread", "slots", "headless", "evidence"))
"""Words of ours that no name is made with any more."""

OLD_IN_TEXT = re.compile(r"(?<!-)\b(agenda|headless|corner configurations?|trial slots?)\b", re.IGNORECASE)

FOREIGN = frozenset({"__slots__", "align_corners"})
"""Names that Python and PyTorch give."""

HERE = "test_words.py"
NO_SUBJECT = ("What", "How", "Which", "Who", "Whether", "Where", "When", "That")

MODULES = read_modules(packages=(*PACKAGES, "benchmarks", "tests", "docs"))
PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def names_of(tree: ast.AST) -> set[str]:
    """The names that a module makes or uses, without its texts."""
    kinds = (
        (ast.Name, "id"),
        (ast.Attribute, "attr"),
        (ast.arg, "arg"),
        (ast.keyword, "arg"),
        (ast.alias, "name"),
        (ast.ClassDef, "name"),
        (ast.FunctionDef, "name"),
    )
    nodes = [
        (node, attribute) for node in ast.walk(tree) for kind, attribute in kinds if isinstance(node, kind)
    ]
    return {
        part for node, attribute in nodes for part in (getattr(node, attribute) or "").split(".")
    } - FOREIGN


def defined_in(tree: ast.Module) -> set[str]:
    """The names of a module's own classes and functions, and of those that it imports from ours."""
    own = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    return own | {name.rpartition(".")[2] for name in imported_names(tree) if name.split(".")[0] in PACKAGES}


def test_no_old_name_is_left() -> None:
    wrong = {}
    for module in MODULES.values():
        names = names_of(module.tree) | {module.path.stem}
        made_of = {name for name in names if OLD_PARTS & {part.lower() for part in PARTS.findall(name)}}
        wrong[module.path.as_posix()] = made_of | (defined_in(module.tree) & OLD)
    assert {path: names for path, names in wrong.items() if names} == {}


def test_no_old_word_is_left_in_a_text() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]
    files = [*documents, *(ROOT / module.path for module in MODULES.values() if module.path.name != HERE)]
    assert [file.name for file in files if OLD_IN_TEXT.search(file.read_text())] == []


def test_the_first_line_of_a_module_names_its_subject() -> None:
    firsts = {m.path.as_posix(): ast.get_docstring(m.tree) or "What" for m in read_modules().values()}
    assert [path for path, text in firsts.items() if text.split()[0] in NO_SUBJECT] == []

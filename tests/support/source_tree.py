"""Structure of a checkout, read off its source: files, rooms, imports, circles, layers.

`python -m tests.support.source_tree [FOLDER]` prints the figures of the checkout in a folder, this one without.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("trainables", "search_spaces", "study", "analysis")

IMPORTERS = frozenset({"import_module", "load_named"})
"""Functions that import what a text names, as `package.module` or `package.module:name`."""

Graph = Mapping[str, frozenset[str]]
"""Who imports whom, by name."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module of ours.

    Attributes:
        name: Dotted name; that of a package for its `__init__`.
        path: Its file, relative to the checkout.
        tree: Its parsed source.
        imports: Modules of ours that it imports anywhere but for the type checker, by their names in a text among them.
    """

    name: str
    path: Path
    tree: ast.Module
    imports: frozenset[str]


def read_modules(root: Path = ROOT, *, packages: Iterable[str] = PACKAGES) -> dict[str, Module]:
    """Return a checkout's modules by name."""
    trees = {
        module_name(file.relative_to(root)): (file.relative_to(root), ast.parse(file.read_text()))
        for package in packages
        for file in sorted((root / package).rglob("*.py"))
    }
    modules = {
        name: Module(name=name, path=path, tree=tree, imports=frozenset(_ours(tree, trees)) - {name})
        for name, (path, tree) in trees.items()
    }
    return {
        name: replace(module, imports=module.imports | _by_text(module, modules) - {name})
        for name, module in modules.items()
    }


def _by_text(module: Module, modules: Mapping[str, Module]) -> frozenset[str]:
    """Return what a module imports by a name in a text: its own texts, or those of a registry that it imports from.

    A package's lazy `__init__` counts for itself alone, as its other imports do.
    """
    if not _imports_by_text(module.tree) or _is_lazy(module.tree):
        return frozenset()
    readers = [module, *(modules[name] for name in module.imports)]
    texts = {text for each in readers for text in _texts(each) if each is module or ":" in text}
    named = {text.partition(":")[0] for text in texts if not text.endswith(".")}
    folders = {text.removesuffix(".") for text in texts if text.endswith(".")} - {""}
    return frozenset(name for name in modules if name in named or name.rpartition(".")[0] in folders)


def _imports_by_text(tree: ast.Module) -> bool:
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    return bool(called & IMPORTERS)


def _is_lazy(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)


def _texts(module: Module) -> Iterator[str]:
    """Yield a module's texts, a formatted one as far as its first unknown part: its own name is known."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_known_parts(node, module.name))


def _known_parts(text: ast.JoinedStr, name: str) -> Iterator[str]:
    for part in text.values:
        if isinstance(part, ast.Constant):
            yield str(part.value)
        elif isinstance(part, ast.FormattedValue) and ast.unparse(part.value) == "__name__":
            yield name
        else:
            return


def module_name(path: Path) -> str:
    """Return the dotted name of a file that is given relative to the checkout."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _ours(tree: ast.Module, names: Iterable[str]) -> Iterator[str]:
    known = frozenset(names)
    for name in imported_names(tree):
        if name in known:
            yield name
        elif name.rpartition(".")[0] in known:  # a function or class of a module
            yield name.rpartition(".")[0]


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Yield dotted names that are imported at run time; of `from a import b` it is `a.b`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imported_names(node)


def module_graph(modules: Mapping[str, Module]) -> Graph:
    """Return which modules import which; what a package's `__init__` re-exports counts for itself alone."""
    return {name: module.imports for name, module in modules.items()}


def folder_graph(modules: Mapping[str, Module]) -> Graph:
    """Return which folders of the packages import from which; a subfolder belongs to its folder."""
    return grouped(modules, by=lambda name: ".".join(name.split(".")[:2]))


def grouped(modules: Mapping[str, Module], *, by: Callable[[str], str]) -> Graph:
    """Return which groups of modules import from which.

    Args:
        modules: The modules.
        by: Returns a module's group.
    """
    groups: dict[str, set[str]] = {by(name): set() for name in modules}
    for name, module in modules.items():
        groups[by(name)] |= {by(other) for other in module.imports} - {by(name)}
    return {group: frozenset(others) for group, others in groups.items()}


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """Return the groups of names that can reach each other, sorted."""
    reachable = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reachable[name] if name in reachable[other]))
        for name in graph
        if name in reachable[name]
    }
    return sorted(groups)


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    todo = list(graph[start])
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += graph[name]
    return found


def num_layers(graph: Graph, names: Iterable[str]) -> int:
    """Return how many of some names stand on one another at most; those of a circle stand side by side."""
    chosen = frozenset(names)
    heights: dict[str, int] = {}

    def height(name: str, above: frozenset[str]) -> int:
        if name not in heights:
            below = (graph[name] & chosen) - above - {name}
            heights[name] = 1 + max((height(each, above | {name}) for each in below), default=0)
        return heights[name]

    return max((height(name, frozenset()) for name in sorted(chosen)), default=0)


def functions(modules: Iterable[Module]) -> Iterator[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function and method with its module."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def num_lines(node: ast.AST) -> int:
    """Return how many lines a definition has, with its docstring."""
    return int(node.end_lineno) - int(node.lineno) + 1  # type: ignore[attr-defined]


def files_of_folders(root: Path = ROOT, *, tops: Iterable[str]) -> dict[str, int]:
    """Return how many Python files each folder has beside its subfolders."""
    folders = (folder for top in tops for folder in (root / top, *(root / top).rglob("*")) if folder.is_dir())
    numbers = {folder.relative_to(root).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    return {folder: number for folder, number in numbers.items() if number}


def _print_figures(root: Path) -> None:
    modules = read_modules(root)
    by_module, by_folder = module_graph(modules), folder_graph(modules)
    print("Files beside subfolders, the ten fullest folders:")
    folders = files_of_folders(root, tops=(*PACKAGES, "tests", "benchmarks"))
    for folder, number in sorted(folders.items(), key=lambda each: -each[1])[:10]:
        print(f"  {number:3}  {folder}")
    print("Layers of modules, folders, and layers of folders:")
    for package in PACKAGES:
        inside = [name for name in by_module if name.split(".")[0] == package]
        inner = [f"{package}.{file.parent.name}" for file in (root / package).glob("*/__init__.py")]
        layers = num_layers(by_module, inside), len(inner), num_layers(by_folder, inner)
        print(f"  {package:14} {layers[0]:3} {layers[1]:3} {layers[2]:3}")
    print(f"Circles of modules: {circles(by_module) or 'none'}")
    print(f"Circles of folders: {circles(by_folder) or 'none'}")
    files = [len((root / module.path).read_text().splitlines()) for module in modules.values()]
    lengths = [num_lines(function) for _, function in functions(modules.values())]
    for what, numbers in (("file", files), ("function", lengths)):
        p90 = quantiles(numbers, n=10)[-1]
        print(
            f"Lines of a {what}: n={len(numbers)}, median {median(numbers):g}, p90 {p90:g}, most {max(numbers)}"
        )


if __name__ == "__main__":
    _print_figures(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)

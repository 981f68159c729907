"""A package of the code that a model needs, copied from our own files: a model's folder is whole without lrstudy."""

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

ENTRY = "study.models.served"
OURS = ("study", "trainables")
PREFIX = "lrstudy_model_"
"""Begins the package's name; a hash of its content ends it, so that models of several versions load side by side."""


PREPROCESS = "preprocess.py"
"""In a model's folder: for those who run its ONNX file, which takes pixels."""

_PREPROCESS = '''"""Reads image files as this model takes them. Needs numpy and Pillow alone."""

import json
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE / "{code}"))

from {package}.trainables.data.preprocessing import Preprocessing, square_of  # noqa: E402

DESCRIPTION = json.loads((_HERE / "{description}").read_text(encoding="utf-8"))
CLASSES = DESCRIPTION["classes"]
_HOW = Preprocessing.of(DESCRIPTION["preprocessing"])


def preprocess(file):
    """Return a file's pixels, uint8 of shape (channels, size, size); several, stacked, are the network's input.

    Raises a ValueError that says why where the file cannot be read.
    """
    return square_of(Path(file), _HOW)
'''


def preprocess_script(loader: str, *, code: str, description: str) -> str:
    """Return a script with a function `preprocess`, to lie in a model's folder.

    Args:
        loader: What `ship_code` returned.
        code: Folder of the code beside the script.
        description: File of the model's description, likewise.
    """
    return _PREPROCESS.format(package=loader.partition(".")[0], code=code, description=description)


def ship_code(folder: Path) -> str:
    """Write the package into a folder that does not exist yet; return the module that MLflow is to load.

    What `ENTRY` imports is copied as it stands, but for the names of the packages in its imports. `__init__.py` files
    are left empty: what they export is imported from where it is.
    """
    sources = {module: _source(module) for module in _needed(ENTRY)}
    package = PREFIX + blake2b(repr(sorted(sources.items())).encode(), digest_size=4).hexdigest()
    for module, source in sources.items():
        path = folder.joinpath(package, *module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(renamed(source, package), encoding="utf-8")
    for inner in (folder / package, *(folder / package).rglob("*/")):
        (inner / "__init__.py").touch()
    return f"{package}.{ENTRY}"


def renamed(source: str, package: str) -> str:
    """Return a module's source with its imports of our packages taken from below another package."""
    lines = source.splitlines(keepends=True)
    for node in _our_imports(ast.parse(source)):
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line.replace(f"from {node.module}", f"from {package}.{node.module}", 1)
    return "".join(lines)


def _needed(entry: str) -> Mapping[str, None]:
    """Return the modules that one imports, and those that these import, itself first."""
    found: dict[str, None] = {entry: None}
    for module in iter_growing(found):
        for node in _our_imports(ast.parse(_source(module))):
            assert node.module is not None
            assert not _file(node.module).name.startswith("__init__"), f"{module} imports from a package"
            found.setdefault(node.module)
    return found


def iter_growing(found: Mapping[str, None]) -> Iterator[str]:
    """Yield a mapping's keys, those that are added meanwhile as well."""
    seen = 0
    while seen < len(found):
        yield list(found)[seen]
        seen += 1


def _our_imports(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS:
            yield node
        assert not (isinstance(node, ast.Import) and any(a.name.split(".")[0] in OURS for a in node.names))


def _source(module: str) -> str:
    return _file(module).read_text(encoding="utf-8")


def _file(module: str) -> Path:
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin)

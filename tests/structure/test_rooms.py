"""The rooms of docs/architecture.md: who may import whom, how full a folder may be, that nothing goes in circles."""

from pathlib import Path

import pytest

from tests.support.rooms import ROOMS, room_of
from tests.support.source_tree import (
    PACKAGES,
    ROOT,
    Module,
    circles,
    files_of_folders,
    folder_graph,
    grouped,
    imported_names,
    module_graph,
    num_layers,
    read_modules,
)

MODULES = read_modules()

BETWEEN_PACKAGES = {
    "trainables": (),
    "search_spaces": (),
    "study": ("trainables", "search_spaces", "analysis"),
    "analysis": ("trainables.objectives", "trainables.record"),
}
"""What each package may import of the others."""

MOST_LAYERS = {"study": 7, "analysis": 8, "trainables": 13}
MOST_FILES = 20


def where(module: Module, imported: str) -> str:
    return f"{module.path} imports {imported}"


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_they_may(package: str) -> None:
    allowed = (package, *BETWEEN_PACKAGES[package])
    wrong = [
        where(module, name)
        for module in MODULES.values()
        if module.path.parts[0] == package
        for name in module.imports
        if not any(name == each or name.startswith(f"{each}.") for each in allowed)
    ]
    assert not wrong


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_only_from_rooms_below(package: str) -> None:
    heights = {f"{package}.{room}": height for height, layer in enumerate(ROOMS[package]) for room in layer}
    inside = [name for name in MODULES if name.startswith(f"{package}.")]
    assert {room_of(name) for name in inside} == set(heights)
    wrong = [
        where(MODULES[name], other)
        for name in inside
        for other in MODULES[name].imports
        if other.startswith(f"{package}.")
        and room_of(other) != room_of(name)
        and heights[room_of(other)] >= heights[room_of(name)]
    ]
    assert not wrong


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_stand_in_few_layers(package: str) -> None:
    folders = [f"{package}.{file.parent.name}" for file in (ROOT / package).glob("*/__init__.py")]
    assert num_layers(folder_graph(MODULES), folders) <= MOST_LAYERS[package]


def test_no_module_and_no_room_reaches_itself() -> None:
    assert not circles(module_graph(MODULES))
    assert not circles(grouped(MODULES, by=room_of))


def test_what_a_text_names_counts_as_imported_by_whoever_imports_it(tmp_path: Path) -> None:
    sources = {
        "study/registry.py": 'PARTS = {"one": "study.parts.one:Class"}\n',
        "study/maker.py": "from study.registry import PARTS\nload_named(PARTS['one'])\n",
        "study/reader.py": "from study.registry import PARTS\nprint(PARTS)\n",
        "study/cli.py": "importlib.import_module(f'study.commands.{name}')\n",
        "study/parts/__init__.py": "import_module(f'{__name__}.{name}')\n",
        "study/parts/one.py": "from study.maker import made\n",
        "study/commands/run.py": "",
    }
    for path, source in sources.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)
    modules = read_modules(tmp_path, packages=("study",))
    assert {name: set(module.imports) for name, module in modules.items()} == {
        "study.registry": set(),
        "study.maker": {"study.registry", "study.parts.one"},
        "study.reader": {"study.registry"},
        "study.cli": {"study.commands.run"},
        "study.parts": {"study.parts.one"},
        "study.parts.one": {"study.maker"},
        "study.commands.run": set(),
    }
    assert circles(module_graph(modules)) == [("study.maker", "study.parts.one")]


def test_no_folder_is_too_full() -> None:
    numbers = files_of_folders(tops=(*PACKAGES, "tests", "benchmarks", "docs"))
    assert {folder: number for folder, number in numbers.items() if number > MOST_FILES} == {}


def test_ray_is_in_the_thin_trainable_alone_and_the_tuner_in_the_driver() -> None:
    users = {m.path.name for m in MODULES.values() if m.path.parts[0] == "trainables" and imports(m, "ray")}
    assert users == {"trainable.py"}
    tuners = [m.path.as_posix() for m in MODULES.values() if "tune.Tuner(" in (ROOT / m.path).read_text()]
    assert tuners == ["study/tuning/driver.py"]


def test_benchmarks_import_nothing_from_tests_and_the_product_neither() -> None:
    modules = read_modules(packages=(*PACKAGES, "benchmarks"))
    wrong = [m.path.as_posix() for m in modules.values() if imports(m, "tests")]
    assert not wrong
    assert not [m.path.as_posix() for m in MODULES.values() if imports(m, "benchmarks")]


def test_no_test_imports_another_test() -> None:
    tests = read_modules(packages=("tests",))
    wrong = [
        f"{module.path} imports {name}"
        for module in tests.values()
        for name in imported_names(module.tree)
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))
    ]
    assert not wrong


def test_every_recipe_has_a_space() -> None:
    from search_spaces import space_names
    from trainables.recipes import recipe_names

    assert space_names() == recipe_names()


def imports(module: Module, package: str) -> bool:
    return any(name.split(".")[0] == package for name in imported_names(module.tree))

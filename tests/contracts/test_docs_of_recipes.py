"""docs/recipes.md names files, tests, recipes and settings that there are."""

import dataclasses
import re
from pathlib import Path

from trainables.config import RunConfig
from trainables.plan.training import Training
from trainables.recipes import recipe, recipe_names

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without its head."""
    section = TEXT.partition(f"{heading}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def techniques() -> list[list[str]]:
    return [
        row
        for heading in ("### Rates", "### Stages and transfer", "### Refinements")
        for row in rows(heading)
    ]


def test_every_recipe_has_a_row() -> None:
    assert {row[0].strip("` ") for row in rows("## The recipes")} == set(recipe_names())


def test_every_technique_has_a_file_and_a_test() -> None:
    assert len(techniques()) > 30
    for name, *_, file, test in techniques():
        assert (ROOT / file.strip("` ")).is_file(), f"{name}: there is no {file}"
        path, _, function = test.strip("` ").partition("::")
        source = (ROOT / "tests" / path).read_text(encoding="utf-8")
        assert f"def {function}(" in source, f"{name}: there is no test {test}"


def test_settings_are_called_what_they_are_called() -> None:
    known = {f.name for cls in (Training, RunConfig) for f in dataclasses.fields(cls)}
    known |= {f.name for name in recipe_names() for f in dataclasses.fields(recipe(name).Settings)}
    known |= set(recipe_names()) | {"data", "search", "compare", "resources"}
    for name, _, setting, *_ in techniques():
        for code in re.findall(r"`([^`]+)`", setting):
            key = code.split(":")[0].split(".")[0].strip()
            if key.startswith("lrstudy ") or key in VALUES:
                continue
            assert key in known or key == "head_*", f"{name}: nothing is called {key}"


VALUES = {"minimum_hundredth", "crop_flip", "resized_crop_flip", "random", "tpe"}
"""Further values of the setting that stands before them."""

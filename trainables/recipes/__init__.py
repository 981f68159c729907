"""Recipes: pure functions from settings to phases. One module a recipe, found by its name.

A module here defines a frozen dataclass `Settings` and a function `phases(settings, *, epochs, training)`. What several
of them share is in the folder `shared`.
"""

import importlib
import pkgutil
from types import ModuleType

from trainables.errors import refused


def recipe_names() -> tuple[str, ...]:
    """Return the names of all recipes, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg))


def recipe(name: str) -> ModuleType:
    """Return the module of a recipe.

    Raises:
        ValueError: If there is no recipe of that name.
    """
    if name not in recipe_names():
        raise refused("recipe", name, f"one of {', '.join(recipe_names())}")
    return importlib.import_module(f"{__name__}.{name}")


def starts_at_random(name: str) -> bool:
    """Return whether runs of a recipe start at random, whatever weights they name.

    Raises:
        ValueError: If there is no recipe of that name.
    """
    return bool(getattr(recipe(name), "RANDOM_START", False))

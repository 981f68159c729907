"""Search spaces: a small module a recipe, of the recipe's name, whose `space()` returns Ray Tune domains."""

import importlib
import pkgutil
from typing import Any


def space_names() -> tuple[str, ...]:
    """Return the names of the recipes that have a space, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def space(recipe: str) -> dict[str, Any]:
    """Return the default search space of a recipe: configuration key to Ray Tune domain.

    Raises:
        ValueError: If the recipe has no space.
    """
    if recipe not in space_names():
        raise ValueError(f"recipe {recipe!r} has no search space: one of {', '.join(space_names())} has")
    domains: dict[str, Any] = importlib.import_module(f"{__name__}.{recipe}").space()
    return domains

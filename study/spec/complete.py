"""Fill in what a study file leaves out, so that a resolved study means the same wherever it is read."""

from pathlib import Path
from typing import Any

from search_spaces import space_names
from study.spec.default_search import default_search
from study.spec.overrides import Raw
from study.spec.paths import with_absolute_paths
from trainables.recipes import recipe_names


def completed(raw: Raw, base: Path) -> Raw:
    """Return the content with absolute paths, a search for every arm, a reference and a storage folder.

    Args:
        raw: As read from YAML; it may be wrong in every way. A section without content is taken as left out.
        base: Folder that relative paths start from.
    """
    given = {key: value for key, value in raw.items() if value is not None}
    content = with_absolute_paths({"storage": "results", **given}, base)
    arms, compare = content.get("arms"), content.get("compare", {})
    if isinstance(arms, dict):
        content["arms"] = {name: _with_search(arm) for name, arm in arms.items()}
    if isinstance(compare, dict) and compare.get("reference") is None:
        content["compare"] = {**compare, "reference": _reference(arms)}
    return content


def _reference(arms: object) -> str:
    """Return `fixed` if there is such an arm, else the last one."""
    names = [name for name in arms if isinstance(name, str)] if isinstance(arms, dict) else []
    return names[-1] if names and "fixed" not in names else "fixed"


def _with_search(arm: Any) -> Any:
    if not isinstance(arm, dict) or arm.get("search") is not None:
        return arm
    recipe = arm.get("recipe")
    if recipe in space_names():
        return {**arm, "search": default_search(recipe, without=arm)}
    # A recipe without a space needs a search; an unknown recipe is complained about instead.
    return arm if recipe in recipe_names() else {**arm, "search": {}}

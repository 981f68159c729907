"""The default search space of a recipe, in the grammar of a study file."""

from collections.abc import Collection
from typing import Any

from search_spaces import space, space_names


def default_search(recipe: object, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Return what an arm without `search` searches: its recipe's space from `search_spaces`, as YAML has it.

    Args:
        recipe: Name of the recipe.
        without: Keys that the arm sets itself, and so does not search.

    Raises:
        ValueError: If the recipe has no space, or a space has a domain that the grammar lacks.
    """
    if recipe not in space_names():
        raise ValueError(f"the recipe {recipe!r} has no space of its own; {', '.join(space_names())} have")
    return {key: _plain(domain) for key, domain in space(str(recipe)).items() if key not in without}


def _plain(domain: Any) -> dict[str, list[Any]]:
    from ray.tune.search import sample

    if isinstance(domain, sample.Categorical):
        return {"choice": list(domain.categories)}
    sampler = domain.get_sampler()
    if isinstance(domain, sample.Float) and isinstance(sampler, sample.LogUniform):
        return {"log_uniform": [domain.lower, domain.upper]}
    if isinstance(domain, sample.Float) and isinstance(sampler, sample.Uniform):
        return {"uniform": [domain.lower, domain.upper]}
    if isinstance(domain, sample.Integer) and isinstance(sampler, sample.Uniform):
        return {"int": [domain.lower, domain.upper - 1]}
    raise ValueError(f"{domain} has no counterpart in a study file")

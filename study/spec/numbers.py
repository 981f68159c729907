"""Numbers of a study file as the settings have them that they are for: what is equal is written alike."""

from typing import Any, get_type_hints

from study.spec.values import Choice, Range, Value
from trainables.recipes import recipe, recipe_names
from trainables.settings import as_hinted


def by_type(arm: dict[str, Any]) -> dict[str, Any]:
    """Return an arm's constants and search as its recipe's settings have them; what does not fit stays as it is.

    Args:
        arm: As read from YAML, or parsed already; it may be wrong in every way.
    """
    name = arm.get("recipe")
    if not isinstance(name, str) or name not in recipe_names():
        return arm
    hints = get_type_hints(recipe(name).Settings)
    converted = {key: _raw(value, hints[key]) if key in hints else value for key, value in arm.items()}
    if isinstance(search := arm.get("search"), dict):
        converted["search"] = {
            key: _raw(value, hints[key]) if key in hints else value for key, value in search.items()
        }
    return converted


def value_by_type(value: Value, hint: Any) -> Value:
    """Return a parsed value with its constants as a field of type `hint` has them."""
    if isinstance(value, Choice):
        return Choice(values=tuple(as_hinted(each, hint) for each in value.values))
    return value if isinstance(value, Range) else as_hinted(value, hint)


def _raw(value: Any, hint: Any) -> Any:
    if isinstance(value, Choice | Range):
        return value_by_type(value, hint)
    if isinstance(value, dict) and set(value) == {"choice"} and isinstance(value["choice"], list | tuple):
        return {"choice": [_number(each, hint) for each in value["choice"]]}
    return _number(value, hint)


def _number(value: Any, hint: Any) -> Any:
    """Return a number by its type; one that no float can hold is complained about elsewhere."""
    try:
        return as_hinted(value, hint)
    except OverflowError:
        return value

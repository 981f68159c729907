"""The text that names a value in caches and saved states, made of declared names instead of those of classes.

A class that is part of such a text declares how it is written there. So renaming a class, or one of its fields, costs
nobody a cache or a checkpoint, as long as what is declared stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_DECLARED = "__stored_as__"


@dataclass(frozen=True)
class _Stored:
    name: str
    fields: Mapping[str, str]


def stored_as(name: str, **renamed: str) -> Callable[[type[T]], type[T]]:
    """Declare what a frozen dataclass is called in stored texts; a class that derives from it declares its own name.

    Args:
        name: Of the class.
        renamed: Stored names of fields that are called otherwise today, by today's name.
    """

    def declare(cls: type[T]) -> type[T]:
        assert renamed.keys() <= {field.name for field in fields(cls)}, "a field that there is not"  # type: ignore[arg-type]
        setattr(cls, _DECLARED, _Stored(name, renamed))
        return cls

    return declare


def identity(value: Any) -> str:
    """Return the text that names a value: the same for equal values of the same types, another wherever one differs.

    Numbers, texts, None, tuples and lists are written as Python does, dataclasses as `NAME(FIELD=VALUE, ...)` with
    all fields that count in comparisons, also those at their defaults: who changes a default changes what runs.

    Raises:
        TypeError: If the value, or one within it, is of another type, or of a class that has not declared its name.
    """
    if value is None or isinstance(value, bool):
        return repr(value)
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain.__repr__(value)  # of NumPy's and PyTorch's own kinds, too
    if isinstance(value, tuple):
        return f"({', '.join(map(identity, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(identity, value))}]"
    declared: _Stored | None = vars(type(value)).get(_DECLARED)
    if declared is None or not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} has no stored name: declare one with `stored_as`")
    parts = (
        f"{declared.fields.get(field.name, field.name)}={identity(getattr(value, field.name))}"
        for field in fields(value)
        if field.compare
    )
    return f"{declared.name}({', '.join(parts)})"

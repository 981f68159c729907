"""Classes that a study file names as `package.module:name`: a user's own sampler, trial scheduler or tracker."""

import importlib
import re
from typing import TypeVar

T = TypeVar("T")

GRAMMAR = "package.module:name"
_NAMED = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)")


def is_named(text: str) -> bool:
    """Return whether a text has the form `package.module:name`; whether there is such a module is not asked."""
    return _NAMED.fullmatch(text) is not None


def load_named(text: str, base: type[T]) -> type[T]:
    """Return the class that a study file names.

    Args:
        text: `package.module:name`; the module is imported as Python finds it: installed, or on PYTHONPATH.
        base: The class that it must derive from.

    Raises:
        ValueError: In words that follow the field's path, if it cannot be imported, or is no such class.
    """
    found = _NAMED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not allowed; {GRAMMAR}")
    try:
        module = importlib.import_module(found["module"])
    except Exception as error:  # a module of the user's own may raise whatever it likes
        why = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"{text!r} can't be imported ({why}); {GRAMMAR} of a module that is installed or on PYTHONPATH"
        ) from error
    named = getattr(module, found["name"], None)
    if named is None:
        raise ValueError(f"{text!r} is not there: {found['module']} has no {found['name']}; {GRAMMAR}")
    if not isinstance(named, type) or not issubclass(named, base):
        raise ValueError(
            f"{text!r} does not fit; a class that derives from {base.__module__}.{base.__qualname__}"
        )
    return named

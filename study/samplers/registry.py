"""Samplers by the names of the study file, one's own as `package.module:name` among them."""

import inspect
from collections.abc import Mapping

from study.named_objects import GRAMMAR, is_named, load_named
from study.samplers.base import Sampler
from study.samplers.grid import Grid
from study.samplers.quasi_random import QuasiRandom
from study.samplers.random import Random
from study.samplers.tpe import Tpe

SAMPLERS: Mapping[str, type[Sampler]] = {
    "tpe": Tpe,
    "random": Random,
    "quasi_random": QuasiRandom,
    "grid": Grid,
}

ALLOWED = f"{', '.join(SAMPLERS)}, or {GRAMMAR}"


def sampler_class(name: str) -> type[Sampler]:
    """Return a sampler's class by its name in the study file.

    Args:
        name: One of `SAMPLERS`, or `package.module:name` of a class that derives from `Sampler`.

    Raises:
        ValueError: In words that follow the field's path, if one's own cannot be imported or does not fit.
    """
    found = SAMPLERS.get(name) or load_named(name, Sampler)  # type: ignore[type-abstract]
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise ValueError(
            f"{name!r} does not fit; a class that has {missing} of {Sampler.__module__}.Sampler, too"
        )
    return found


def well_formed(name: str) -> str:
    """Return the name of a sampler; one's own is not imported, since a report does without it.

    Raises:
        ValueError: In words that follow the field's path, if it can't be one.
    """
    if name in SAMPLERS or is_named(name):
        return name
    raise ValueError(f"{name[:120]!r} is not allowed; {ALLOWED}")

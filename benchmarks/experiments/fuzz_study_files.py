"""Every key of a study file with values that nobody means: each is taken, or refused in words, within seconds.

    python -m benchmarks.experiments.fuzz_study_files [--every N]

prints what was neither, and how many were tried; the exit status is 1 where there was any. The data are never opened.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from study.spec.section import Section
from study.spec.study_file import SpecError, StudySpec, load_spec
from study.spec.yaml_text import to_yaml
from trainables.data import DataSource
from trainables.recipes import recipe, recipe_names

MAX_SECONDS = 20.0
MAX_MEMORY_BYTES = 16 * 2**30

BASE: Mapping[str, Any] = {
    "name": "s",
    "data": {"target": {"digits": True}},
    "arms": {"fixed": {"recipe": "fixed_rate", "search": {}}},
    "budget": {"trials": 2, "epochs": 4},
}

HOSTILE: tuple[Any, ...] = (
    *(10**9, 10**18, -(10**18), int("9" * 400), -1, 0, 1, 1.0, -0.0, 1e308, float("nan"), float("inf")),
    *(True, None, "", " ", "~no-such-user/x", "x" * 5000, "a\nb", "a\0b", "\x1b[31m", "=1+1", "1e5", "nan"),
    *([], {}, [[]], {"choice": []}, {"choice": [1, 1.0]}, {"choice": [10**18]}, {"uniform": [1, 10**400]}),
    *({"int": [0, 10**18]}, {"log_uniform": [-1, 1]}, {"auto_times": [0, 1]}, {"a": {"b": {"c": 1}}}),
)


@dataclass(frozen=True)
class Failure:
    """A try that was neither taken nor refused in words."""

    key: str
    value: str
    what: str


def keys() -> tuple[tuple[str, ...], ...]:
    """Return where a value may stand: every key of every section, of the data, and of every recipe's arm."""
    found = list(_keys_of(StudySpec, ()))
    found += [("data", "target", f.name) for f in fields(DataSource)]
    for name in recipe_names():
        for f in fields(recipe(name).Settings):
            found += [("arms", name, f.name), ("arms", name, "search", f.name)]
    return tuple(found)


def tries() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every key with every hostile value."""
    yield from ((key, value) for key in keys() for value in HOSTILE)


def attempt(key: tuple[str, ...], value: Any, folder: Path) -> Failure | None:
    """Read a study file with one hostile value; return what went wrong, None where nothing did."""
    file = folder / "s.yaml"
    write_study(key, value, file)
    began, what = time.perf_counter(), ""
    try:
        load_spec(file)
    except SpecError as error:
        what = "" if any(part in str(error) for part in key) else f"names none of its keys: {error}"
    except Exception as error:  # what is looked for
        what = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - began
    if not what and seconds > MAX_SECONDS:
        what = f"{seconds:.0f} s"
    return Failure(".".join(key), repr(value)[:60], what[:300]) if what else None


def write_study(key: tuple[str, ...], value: Any, file: Path) -> None:
    """Write a study file that has one hostile value."""
    file.write_text(to_yaml(_with(key, value)), encoding="utf-8")


def _keys_of(section: type[Section], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, field in section.model_fields.items():
        yield (*above, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _keys_of(field.annotation, (*above, name))


def _with(key: tuple[str, ...], value: Any) -> dict[str, Any]:
    content = dict(BASE)
    if key[0] == "arms" and len(key) > 1:
        content["arms"] = {key[1]: {"recipe": key[1], "search": {}}}
    here = content
    for part in key[:-1]:
        here[part] = dict(here.get(part) or {})
        here = here[part]
    here[key[-1]] = value
    return content


def main() -> int:
    """Try all, or every n-th; print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="try every N-th only")
    every = parser.parse_args().every
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    chosen = list(tries())[::every]
    with tempfile.TemporaryDirectory() as folder:
        failures = [found for key, value in chosen if (found := attempt(key, value, Path(folder)))]
    for failure in failures:
        print(f"{failure.key} = {failure.value}: {failure.what}")
    print(f"{len(chosen)} tried, {len(failures)} neither taken nor refused in words")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

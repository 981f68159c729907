"""Resolved study files of earlier versions: a key that they lack means what was done before there was the key."""

from pathlib import Path
from typing import Any

AS_IT_WAS = {"model": {"normalisation": "data"}}
"""Settings that came later, by section, with what every study did until then."""


def is_in_results(file: Path) -> bool:
    """Return whether a study file is the resolved one in a folder of results, and not one that somebody wrote."""
    return file.name == "study.yaml" and (file.parent / "run.json").is_file()


def as_it_was(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a resolved study file, which has every key of its version, with those that came later."""
    older = {
        section: {**settings, **raw[section]}
        for section, settings in AS_IT_WAS.items()
        if isinstance(raw.get(section), dict)
    }
    return {**raw, **older}

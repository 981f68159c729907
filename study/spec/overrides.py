"""Presets and overrides: values laid over those of the file."""

from collections.abc import Mapping, Sequence
from typing import Any

from search_spaces import space_names
from study.spec.default_search import default_search
from study.spec.values import is_domain
from study.spec.yaml_text import parse_yaml
from trainables.errors import Problem, shown

Raw = dict[str, Any]


def with_preset(raw: Raw, preset: str) -> Raw:
    """Return the content of a file with one of its presets laid over it.

    Raises:
        ValueError: If there is no such preset.
    """
    presets = raw.get("presets") or {}
    if not isinstance(presets, Mapping) or preset not in presets:
        names = ", ".join(map(str, presets)) if isinstance(presets, Mapping) else ""
        raise ValueError(f"presets: {preset!r} is unknown; {names or 'the file has no presets'}")
    overlay = presets[preset]
    return merge(raw, overlay) if isinstance(overlay, Mapping) else raw


def with_overrides(raw: Raw, overrides: Sequence[str]) -> tuple[Raw, list[Problem]]:
    """Return the content with `a.b.c=value` assignments made, and the problem of each that can't be."""
    problems = []
    for override in overrides:
        try:
            raw = _assigned(raw, override)
        except ValueError as error:
            problems.append(Problem(field="", value=override, says=str(error)))
    return raw, problems


def merge(raw: Raw, overlay: Mapping[str, Any]) -> Raw:
    """Return `raw` with a partial study file laid over it: mappings merged, ranges and choices replaced."""
    arms = overlay.get("arms")
    for name, arm in arms.items() if isinstance(arms, Mapping) else ():
        if isinstance(arm, Mapping) and arm.get("search"):
            raw = _with_search(raw, name, recipe=arm.get("recipe"))
    return _merged(raw, overlay)


def _merged(below: Raw, above: Mapping[str, Any]) -> Raw:
    merged = dict(below)
    for key, value in above.items():
        old: Any = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, Mapping)
        merged[key] = _merged(old, value) if both and not (is_domain(old) or is_domain(value)) else value
    return merged


def _assigned(raw: Raw, override: str) -> Raw:
    path, equals, text = override.partition("=")
    keys = [key.strip() for key in path.split(".")]
    if not equals or not all(keys):
        raise ValueError(f"-s {override}: not an assignment; KEY.KEY=VALUE, such as budget.trials=8")
    value = parse_yaml(text, where=f"-s {override}")
    if keys[0] == "arms" and keys[2:3] == ["search"] and len(keys) > 3:
        raw = _with_search(raw, keys[1], recipe=None)
    top = here = dict(raw)
    for depth, key in enumerate(keys[:-1], start=1):
        below = here.get(key)
        if below is not None and not isinstance(below, dict):
            raise ValueError(f"-s {override}: {'.'.join(keys[:depth])} is {shown(below)}, which has no keys")
        here[key] = dict(below or {})
        here = here[key]
    here[keys[-1]] = value
    return top


def _with_search(raw: Raw, name: str, *, recipe: object) -> Raw:
    """Return `raw` with an arm's default space written out, because single keys of it are about to change."""
    arms = raw.get("arms")
    arm = arms.get(name) if isinstance(arms, dict) else None
    if not isinstance(arm, dict) or arm.get("search") is not None:
        return raw
    recipe = recipe or arm.get("recipe")
    if recipe not in space_names():
        return raw
    search = default_search(recipe, without=arm)
    return {**raw, "arms": {**raw["arms"], name: {**arm, "search": search}}}

"""Copies of states, which later training does not reach into."""

from typing import Any

from torch import Tensor


def copied(value: Any) -> Any:
    """Return nested dicts and lists with every tensor cloned: an optimizer's state aliases its buffers."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value

"""YAML as study files have it: `1e-4` is a number, a key stands once."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

_EXPONENT = re.compile(r"[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)[eE][-+]?\d+$")
"""Numbers such as 1e-4, which PyYAML (YAML 1.1) takes for text unless they have a point and a sign."""

_UNICODE_BREAK = re.compile("[\x85\u2028\u2029]")


MAX_VALUES = 100_000


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping; a key that stands twice is an error, where PyYAML would take the last."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice in the same place", key_node.start_mark
                )
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


class _Dumper(yaml.SafeDumper):
    """Quotes texts that `_Loader` would read as numbers, and line breaks that PyYAML takes for blanks."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Return a text's node, with escapes if it has one of Unicode's own line breaks."""
        style = '"' if _UNICODE_BREAK.search(text) else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal parts out in full."""
        return True


_Dumper.add_representer(str, _Dumper.represent_text)
for _class in (_Loader, _Dumper):
    _class.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+.0123456789"))


def parse_yaml(text: str, *, where: str) -> Any:
    """Return the content of one YAML document.

    Args:
        text: The document.
        where: What messages call it.

    Raises:
        ValueError: In one sentence, with the line.
    """
    try:
        content = yaml.load(text, Loader=_Loader)
        _expanded(content, {})
        return content
    except RecursionError as error:
        raise ValueError(f"{where}: not readable as YAML: nested too deeply, or within itself") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ValueError(f"{where}{line}: not readable as YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{where}: not readable as YAML: {reason}") from error


def _expanded(content: Any, known: dict[int, int]) -> int:
    """Return how many values the content has with every alias written out.

    Raises:
        ValueError: If they are more than any study file has: a few lines of aliases of aliases may stand for billions.
        RecursionError: If something lies within itself.
    """
    if not isinstance(content, dict | list):
        return 1
    if id(content) not in known:
        parts = [*content, *content.values()] if isinstance(content, dict) else content
        known[id(content)] = 1 + sum(_expanded(part, known) for part in parts)
    if known[id(content)] > MAX_VALUES:
        raise ValueError(f"over {MAX_VALUES} values")
    return known[id(content)]


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file.

    Raises:
        ValueError: If it can't be read, in one sentence.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path}: can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not a text in UTF-8 (byte {error.start})") from error
    return parse_yaml(text, where=str(path))


def to_yaml(content: Any) -> str:
    """Return plain content as YAML, keys in the order given, short lists on one line."""
    return yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110
    )

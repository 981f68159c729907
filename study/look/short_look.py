"""A look in five lines, for a plan."""

from pathlib import Path

from study.look.concerns import sentences
from study.look.looking import look_at
from trainables.data.sources.source import DataSource

MOST_IMAGES = 3_000
"""Images up to which a plan takes a look itself; a look of more is only taken over from `lrstudy data`."""


def short_look(source: DataSource, *, command: str, cache: Path | None = None) -> tuple[str, ...]:
    """Return what a look found in at most five lines, the last of which is how to see it.

    Args:
        source: The set, which a study could be prepared of.
        command: What shows all of it.
        cache: Cache folder; None: `cache_dir()`.
    """
    looked = look_at(source, cache=cache, most=MOST_IMAGES)
    if looked is None:
        return (f"The images were not looked at, being over {MOST_IMAGES}; {command} does",)
    return sentences(looked.look, command=command)

"""The page of `lrstudy try`: one file, with nothing to fetch but answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined


@dataclass(frozen=True, kw_only=True)
class ShownModel:
    """The model as the page names it.

    Attributes:
        name: What it is called: its study, or its folder.
        classes: Names, in the order of the answers.
        said: Sentences on where it comes from and how good it was.
    """

    name: str
    classes: Sequence[str]
    said: Sequence[str]


def page_of(shown: ShownModel, *, nonce: str, most_bytes: int) -> str:
    """Return the page as HTML.

    Args:
        shown: Of the model.
        nonce: Lets the page's own script and style run, and nothing else.
        most_bytes: Of an image that is taken.
    """
    templates = Environment(
        loader=PackageLoader("study.models.trying"), autoescape=True, undefined=StrictUndefined
    )
    return templates.get_template("try.html.j2").render(shown=shown, nonce=nonce, most_bytes=most_bytes)

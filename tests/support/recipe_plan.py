"""The phases of a flat configuration, for the tests of recipes."""

from trainables.config import parse_config
from trainables.plan.phases import Phase


def plan(**config: object) -> tuple[Phase, ...]:
    """Return the phases of a recipe and its settings, with a budget of 15 epochs unless `epochs` says otherwise."""
    return parse_config({"data": "x", "epochs": 15, **config})[1]

"""Range tests of an arm's phases, outside of a study."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from study.errors import StudyError
from study.preparation.execution import execution_settings
from study.preparation.planning import machine_settings, source_weights
from study.preparation.prepare import Prepared
from study.spec.arms import representative
from trainables.plan.phases import AutoRate
from trainables.range_test import NoSuggestionError, Suggestion
from trainables.recipes import recipe
from trainables.settings import fits


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the range test says for one phase."""

    phase: str
    suggestion: Suggestion


def find_rates(
    prepared: Prepared, *, arm: str | None, say: Callable[[str], None] = lambda line: None
) -> tuple[Found, ...]:
    """Test every phase of an arm's representative configuration, all its rates set to "auto".

    Source weights that are not in the cache yet are trained first. What `resources` leaves to a probe is PyTorch's own.

    Args:
        prepared: The study.
        arm: Whose phases; None takes the first arm's.
        say: Takes a line on how far it is.

    Raises:
        StudyError: If there is no such arm.
    """
    from trainables.run import start, train

    arms = {a.name: a for a in prepared.arms}
    if arm is not None and arm not in arms:
        raise StudyError(f"--arm {arm}: one of {', '.join(arms)} is allowed")
    chosen = arms[arm] if arm else prepared.arms[0]
    files, jobs = source_weights(prepared)
    for job in jobs:
        say(f"Training start weights on the source: {job.info.run}")
        last = deque(train(job.config), maxlen=1)[0]
        if last.status != "finished":
            raise StudyError(f"{job.info.run}: pre-training ended as {last.status}")
    config = representative(chosen, data=prepared.target.key, **machine_settings(prepared))
    config |= {**execution_settings(prepared.spec, config["architecture"]), "device": "auto"}
    config["weights"] = files.get(config["architecture"], config["weights"])
    fit = start(config | _auto(config))
    num_asked = sum(isinstance(phase.lr, AutoRate) and phase.lr.tested_in is None for phase in fit.phases)
    found: dict[str, Suggestion] = {}
    say(f"Testing {chosen.name}: {num_asked} phases, each before it is trained; the first one's test runs")
    try:
        for record in fit:
            found = fit.suggestions
            say(f"epoch {record.epoch} ({record.phase}) trained, {len(found)} of {num_asked} phases tested")
            if len(found) == num_asked:
                break
    except NoSuggestionError as error:
        found[error.phase] = error.suggestion
    return tuple(Found(phase=phase, suggestion=suggestion) for phase, suggestion in found.items())


def _auto(config: dict[str, Any]) -> dict[str, Any]:
    """Return every rate of the configuration that may be "auto" set to it, without multiples."""
    hints = get_type_hints(recipe(config["recipe"]).Settings)
    rates = [name for name, hint in hints.items() if fits("auto", hint)]
    times = [f"{name}_times" for name in rates if f"{name}_times" in hints]
    return dict.fromkeys(rates, "auto") | dict.fromkeys(times, 1.0)

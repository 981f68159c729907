"""Trial schedulers by the names of the study file, one's own as `package.module:name` among them."""

import inspect
from collections.abc import Mapping

from study.named_objects import GRAMMAR, is_named, load_named
from study.trial_schedulers.asha import Asha
from study.trial_schedulers.base import TrialScheduler
from study.trial_schedulers.median_stopping import MedianStopping
from study.trial_schedulers.none import NoStopping

TRIAL_SCHEDULERS: Mapping[str, type[TrialScheduler]] = {
    "none": NoStopping,
    "median_stopping": MedianStopping,
    "asha": Asha,
}

ALLOWED = f"{', '.join(TRIAL_SCHEDULERS)}, or {GRAMMAR}"


def make_trial_scheduler(
    name: str, *, max_epochs: int, grace_period: int, reduction_factor: int
) -> TrialScheduler:
    """Return a trial scheduler by its name in the study file; it gets those of the settings that it names.

    Args:
        name: One of `TRIAL_SCHEDULERS`, or `package.module:name` of a class that derives from `TrialScheduler`.
        max_epochs: Epochs of a trial that is not stopped.
        grace_period: Epochs before which no trial is to be stopped.
        reduction_factor: One trial in so many is to go on at a rung.

    Raises:
        ValueError: In words that follow the field's path, if one's own cannot be imported or made.
    """
    found = TRIAL_SCHEDULERS.get(name) or load_named(name, TrialScheduler)  # type: ignore[type-abstract]
    given = {"max_epochs": max_epochs, "grace_period": grace_period, "reduction_factor": reduction_factor}
    if inspect.isabstract(found):
        raise ValueError(f"{name!r} does not fit; a class with a method decide(self, trial, peers)")
    parameters = inspect.signature(found).parameters
    try:
        return found(**{key: value for key, value in given.items() if key in parameters})
    except Exception as error:  # a class of the user's own may raise whatever it likes
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(
            f"{name!r} can't be made ({why}); its __init__ may name the keyword arguments {', '.join(given)}"
        ) from error


def well_formed(name: str) -> str:
    """Return the name of a trial scheduler; one's own is not imported, since a report does without it.

    Raises:
        ValueError: In words that follow the field's path, if it can't be one.
    """
    if name in TRIAL_SCHEDULERS or is_named(name):
        return name
    raise ValueError(f"{name[:120]!r} is not allowed; {ALLOWED}")

"""Trackers by the names of the study file, one's own as `package.module:name` among them."""

import inspect
from collections.abc import Mapping

from study.errors import StudyError
from study.named_objects import GRAMMAR, is_named, load_named
from study.results.folder import Results
from study.spec.study_file import StudySpec
from study.tracking.base import Tracker

TRACKERS: Mapping[str, str] = {
    "mlflow": "study.tracking.mlflow_tracker.sync:MlflowSync",
    "csv": "study.tracking.csv_tracker:CsvTracker",
}
"""By name the class, which is imported where it is wanted: not every study has MLflow."""


def tracker_class(spec: StudySpec) -> type[Tracker]:
    """Return the class of a study's tracker.

    Raises:
        StudyError: If the study file names one that is unknown, cannot be imported, or is no tracker.
    """
    name = spec.tracking.chosen
    if name not in TRACKERS and not is_named(name):
        raise StudyError(
            f"tracking.tracker: {name[:120]!r} is not allowed; {', '.join(TRACKERS)}, or {GRAMMAR}"
        )
    try:
        found = load_named(TRACKERS.get(name, name), Tracker)  # type: ignore[type-abstract]
    except ValueError as error:
        raise StudyError(f"tracking.tracker: {error}") from error
    if inspect.isabstract(found):
        lacking = ", ".join(sorted(found.__abstractmethods__))
        raise StudyError(f"tracking.tracker: {name!r} does not fit; a class that defines {lacking}, too")
    return found


def make_tracker(results: Results, spec: StudySpec, *, is_running: bool) -> Tracker:
    """Return a study's tracker, see `Tracker`.

    Raises:
        StudyError: If one of the user's own cannot be made.
        OSError: If its files can't be read.
    """
    found = tracker_class(spec)
    try:
        tracker = found(results, spec, is_running=is_running)
        if not isinstance(tracker.place, str):
            raise TypeError(f"its place is {tracker.place!r}; a text is allowed")
        return tracker
    except OSError:
        raise
    except Exception as error:  # a class of the user's own may raise whatever it likes
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise StudyError(f"tracking.tracker: {spec.tracking.chosen!r} can't be made ({why})") from error

"""The settings that the arms of a study search, for trackers that show them."""

from study.ranges import Choice, Range
from study.spec.study_file import StudySpec


def searched_settings(spec: StudySpec) -> tuple[str, ...]:
    """Return the settings that any arm searches, sorted; the network is not among them."""
    values = [spec.training.values, *(arm.values for arm in spec.arms.values())]
    found = {key for each in values for key, value in each.items() if isinstance(value, Choice | Range)}
    return tuple(sorted(found - {"architecture"}))

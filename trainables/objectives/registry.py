"""The registry of measures that are means over classes: one line for each."""

from trainables.objectives import auroc, average_precision, f1
from trainables.objectives.measure import Measure

MEASURES: dict[str, Measure] = {
    each.name: each for each in (auroc.MEASURE, average_precision.MEASURE, f1.MEASURE)
}

COUNTED = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy"}
"""Objectives that are means of right and wrong answers, and what a report calls them."""

AT_SPECIFICITY = "sensitivity@"
"""What an objective begins with that is a sensitivity; the specificity follows, between 0 and 1."""

OBJECTIVE_FORMS = (*COUNTED, *MEASURES, f"{AT_SPECIFICITY}S with a specificity S such as 0.95")
"""The forms of an objective, for messages."""

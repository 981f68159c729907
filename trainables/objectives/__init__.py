"""Objectives of a study: measures of scores against labels, each with what every image adds to it.

NumPy alone: a run measures by them, and the analysis of its records goes on from the same definitions.
"""

from trainables.objectives.images import Scored, log_odds, log_odds_of_classes
from trainables.objectives.measure import Measure
from trainables.objectives.objective import Objective, objective_of
from trainables.objectives.registry import MEASURES, OBJECTIVE_FORMS

__all__ = [
    "MEASURES",
    "OBJECTIVE_FORMS",
    "Measure",
    "Objective",
    "Scored",
    "log_odds",
    "log_odds_of_classes",
    "objective_of",
]

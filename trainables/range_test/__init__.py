"""The learning-rate range test (Smith, 2017): raise the rate until the loss gets worse, then suggest one.

Running one is in `trainables.range_test.sweep`, which needs PyTorch; what is here does not.
"""

from trainables.range_test.curve import RangeTest
from trainables.range_test.pooling import pool
from trainables.range_test.rules import DEFAULT_RULE, RULES, RuleName, suggest
from trainables.range_test.suggestion import NoSuggestionError, Suggestion, combine, combine_by_every_rule

__all__ = [
    "DEFAULT_RULE",
    "RULES",
    "NoSuggestionError",
    "RangeTest",
    "RuleName",
    "Suggestion",
    "combine",
    "combine_by_every_rule",
    "pool",
    "suggest",
]

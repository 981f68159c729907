"""The learning-rate range test (Smith, 2017): what its curves suggest. `trainables.loop.sweep` runs one.

Nothing here needs PyTorch.
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

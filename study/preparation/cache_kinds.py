"""Kinds of cache entries; apart from what deletes them, so that the command's help imports nothing heavy."""

MADE_AGAIN = ("data", "activations", "range_tests", "prefixes", "looks")
"""Kinds that any run makes again by itself."""

KINDS = (*MADE_AGAIN, "weights")
"""Trained source weights, the last kind, an interrupted study can't go on without."""

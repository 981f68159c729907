"""What lies in the cache, by kind; apart from what deletes it, so that the command's help imports nothing heavy."""

MADE_AGAIN = ("data", "activations", "range_tests", "prefixes")
"""Kinds that any run makes again by itself."""

KINDS = (*MADE_AGAIN, "weights")
"""Trained source weights, the last kind, an interrupted study can't go on without."""

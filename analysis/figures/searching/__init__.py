"""Figures of the search: what its winners are worth, and what drove it."""

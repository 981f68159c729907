"""Findings in words that say no more than the numbers."""

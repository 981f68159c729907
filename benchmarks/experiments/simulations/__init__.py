"""Simulated studies: how often intervals cover and verdicts err."""

"""Experiments that the statistics and the defaults were held against; docs/evidence.md has what they found."""

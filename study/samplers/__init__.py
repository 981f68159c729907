"""Samplers: the search algorithms of a study, one a file."""

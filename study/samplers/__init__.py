"""Samplers: the search algorithms of a study, one a file, which suggest configurations of an arm."""

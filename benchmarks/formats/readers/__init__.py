"""Readers of image files: a function from a path to levels each, which raises where it refuses."""

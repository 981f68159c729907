"""Kinds of image files, and what readers make of them."""

"""Kinds of image files, made on the spot of known pixels."""

"""Simulated studies whose images are split again."""

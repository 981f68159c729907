"""Epochs that several runs have in common, trained once."""

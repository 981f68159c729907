"""Checks of a study file beyond single keys: arms, training, texts, and what is allowed but hardly meant."""

"""Findings: what is computed of a study's records with its statistics, as tables and values without words."""

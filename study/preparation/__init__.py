"""Preparation of a study before its first trial: data, start weights, how each network is executed."""

"""Networks in two parts, their start weights, and the groups of parameters that share a rate."""

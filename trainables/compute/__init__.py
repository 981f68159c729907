"""Execution of training on a machine: precision, layout in memory, probes of both, warm-up."""

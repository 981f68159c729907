"""The machine's arithmetic: precision, layout in memory, probes of both, warm-up."""

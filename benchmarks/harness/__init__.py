"""What all benchmarks share: settings, measuring, tables, pictures."""

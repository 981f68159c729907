"""Faults injected into small studies on real processes, and what is counted afterwards."""

"""Recorded results, read once: records, metadata, settings."""

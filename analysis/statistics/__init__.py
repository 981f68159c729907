"""Estimates and intervals: functions of arrays."""

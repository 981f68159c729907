"""A study shown elsewhere while it runs: the base of trackers, a CSV table, MLflow."""

"""A study shown elsewhere while it runs: what every tracker does, the CSV tracker, and MLflow in a room of its own."""

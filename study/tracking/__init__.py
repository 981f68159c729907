"""MLflow beside a study: its store, what is sent there and when, the winners as models."""

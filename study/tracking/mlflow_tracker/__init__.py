"""MLflow as a tracker: its store, what it has of a study and what is sent there, the winners as models."""

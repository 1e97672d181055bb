"""Moves between stages: by command, by a person in MLflow, and back."""

"""Trainings as MLflow keeps them: runs that are open meanwhile, finished models, searches for settings."""

"""Hyperparameter search, and the evaluation of the best settings on held-out data."""

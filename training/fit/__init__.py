"""Fitting of the two models, and their held-out metrics."""

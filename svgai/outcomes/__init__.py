"""Outcomes of conversions: stored in a database for reports, A/B tests, drift and retraining."""

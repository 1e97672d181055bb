"""What conversions came to: kept in a database for reports, experiments, drift and retraining."""

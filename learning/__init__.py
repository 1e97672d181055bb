"""Uses of the quality store: exports, reports, A/B tests, retraining."""

"""Commands on stored outcomes: reports, A/B tests, retraining."""

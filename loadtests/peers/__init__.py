"""Other servers of the same models, each in its own environment, for comparison with the service."""

"""Other servers for the same models, each in an environment of its own, to compare the service with."""

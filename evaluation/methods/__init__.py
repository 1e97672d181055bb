"""The tracing methods that are compared."""

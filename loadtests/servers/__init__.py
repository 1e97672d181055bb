"""A service started for a measurement, and load on it from this process."""

"""Load tests and benchmarks of the service, and its objectives."""

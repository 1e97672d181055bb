"""The service's metrics for Prometheus."""

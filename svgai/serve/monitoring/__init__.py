"""What Prometheus reads of a service."""

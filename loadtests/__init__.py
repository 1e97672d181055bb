"""Load tests: what the machine could do, what the service does under load, and whether that meets its objectives."""

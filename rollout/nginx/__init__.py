"""nginx as the proxy of a service: its configuration, and the process."""

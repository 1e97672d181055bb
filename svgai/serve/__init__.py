"""The running service: its parts, their lifecycle, its metrics."""

"""Destinations and formats of log lines."""

"""Processes that work for the service, can be killed at any time, and are replaced."""

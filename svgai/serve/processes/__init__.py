"""Child processes of the service, which can be killed at any time and are replaced."""

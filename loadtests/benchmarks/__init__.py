"""The service under load, measured on this machine."""

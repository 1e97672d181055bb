"""Smoke tests of model files, in a separate process."""

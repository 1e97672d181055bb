"""Smoke tests of model files, in a process of their own."""

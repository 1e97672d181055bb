"""Exporting versions as a folder for serving, and checking such folders."""

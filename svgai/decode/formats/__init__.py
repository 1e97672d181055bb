"""Checks and readers for formats that Pillow alone does not read safely or completely enough."""

"""Pixels and parameters to SVG."""

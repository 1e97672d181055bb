"""Renders an SVG and measures its similarity to the source."""

"""Shapes on the grid of coordinates to the fewest bytes of SVG."""

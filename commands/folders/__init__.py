"""Converts folders of any size to SVG: finding images, resuming, parallel execution, reports."""

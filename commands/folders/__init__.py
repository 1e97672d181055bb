"""Folders of any size to SVG: what is found, what is done already, who works, and what is told of it."""

"""Optional changes to a finished SVG; none is made by default."""

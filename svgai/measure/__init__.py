"""SVG to pixels, and how close these are to the source."""

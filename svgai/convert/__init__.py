"""One image to one SVG: the loop of choosing, tracing and measuring."""

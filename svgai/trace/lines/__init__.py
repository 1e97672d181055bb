"""Lines of constant width: found in a map of regions, and drawn as strokes."""

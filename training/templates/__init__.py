"""Programs to copy and change, for models of one's own."""

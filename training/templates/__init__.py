"""Programs to copy and adapt for your own models."""

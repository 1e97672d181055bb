"""Commands of who converts images."""
